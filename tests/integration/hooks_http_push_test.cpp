#include "tests/integration/http_server.hpp"
#include "tests/integration/push_bench.hpp"
#include "tests/support/catch.hpp"

using namespace hookd;
using namespace hookd::test;

TEST_CASE("T028 a push over http is recorded with who pushed and without what authorizes") {
    if (!HttpServer::is_possible()) {
        WARN("skipped: needs lighttpd and git http-backend");
        return;
    }
    PushBench bench;
    bench.install();
    bench.server.git({"config", "http.receivepack", "true"});
    const HttpServer server(bench.server.folder());
    const auto commit = bench.client.commit("main", {{"a.c", "1"}});

    const auto away = bench.push({"--push-option=note=x", "main"}, server.url("shop.git"));
    CHECK(away.find("remote: hookd: not running; kept 1 event") != std::string::npos);
    const auto bytes = bench.spooled_bytes();
    REQUIRE(bytes.size() == 1);
    CHECK(bytes[0].find("YW5uOnNlY3JldA") == std::string::npos);
    CHECK(bytes[0].find("AUTHORIZATION") == std::string::npos);
    const auto record = bench.spooled().at(0);
    CHECK(record.hints == std::vector<hooks::PusherHint>{{"REMOTE_USER", "ann"}});
    CHECK(record.push_options == std::vector<std::string>{"note=x"});
    CHECK(record.repository == std::filesystem::canonical(bench.server.path()));

    const TakingDaemon daemon(bench);
    const auto there = bench.push({"main:refs/tags/v1"}, server.url("shop.git"));
    CHECK(there.find("remote: hookd: queued event ") != std::string::npos);
    CHECK(there.find("(checks, release)") != std::string::npos);
    const auto events = daemon.events();
    REQUIRE(events.size() == 2);
    CHECK(events[0].after == commit.text());
    CHECK(events[1].tag == "v1");
    CHECK(events[1].actor->login == "ann");
}
