// The receiver behind a real listener on loopback.
#include "tests/unit/webhook/receiving.hpp"

#include <nlohmann/json.hpp>

#include <future>
#include <thread>

using namespace hookd;
using namespace hookd::test;
using Json = nlohmann::json;

TEST_CASE("T023 a delivery is answered only once it is durable") {
    HeldIntake held;
    const Listener listener(held.intake());
    auto answered = std::async(std::launch::async,
                               [&] { return http::send(listener.request(push())).value(); });
    const auto arrived = held.take();
    CHECK(arrived.delivery.body == push());
    CHECK(arrived.delivery.key == "delivery-1");
    CHECK(arrived.delivery.peer == "127.0.0.1");
    CHECK(arrived.delivery.received_at == ManualClock().wall());
    REQUIRE(arrived.events.size() == 1);
    CHECK(arrived.events.front().branch == "master");
    CHECK(answered.wait_for(std::chrono::milliseconds(50)) == std::future_status::timeout);
    std::thread([&] { arrived.done(one_event(2)); }).join();
    const auto response = answered.get();
    CHECK(response.status == 202);
    CHECK(Json::parse(response.body) ==
          Json::parse(R"({"events": ["01ARZ3NDEKTSV4RRFFQ69G5FAV"], "runs": 2})"));
}

TEST_CASE("T023 where the queue cannot store it, the sender is told to come again") {
    const Listener listener(
        [](const queue::Delivery&, const std::vector<Event>&, const queue::AcceptDone& done) {
            done(fail(ErrorCode::unavailable, "the disk is full"));
        });
    const auto response = http::send(listener.request(push())).value();
    CHECK(response.status == 503);
    CHECK(response.header("retry-after") == "30");
    CHECK(response.body.find("disk") == std::string::npos);
}

TEST_CASE("T019 only requests for the hosts that are listed are looked at") {
    Listener listener(HeldIntake().intake());
    const auto status_for = [&listener](const std::string& lines, const char* version = "1.1") {
        const auto line = raw_exchange(listener.port(), std::string("GET /hooks/acme HTTP/") +
                                                            version + "\r\n" + lines + "\r\n");
        return line.substr(0, 12);
    };
    const auto serve = [&listener](std::vector<std::string> hosts) {
        auto next = configuration(k_secret);
        next.server.webhooks.emplace().hosts = std::move(hosts);
        listener.reload(std::move(next));
    };
    serve({"hooks.example.org", "192.0.2.1", "2001:db8::1"});
    // What is looked at is refused as a GET.
    for (const char* host :
         {"hooks.example.org", "HOOKS.Example.org:8443", "hooks.example.org.",
          "hooks.example.org:", "192.0.2.1:1", "[2001:db8::1]:80", "[2001:DB8:0::0:1]"}) {
        INFO(host);
        CHECK(status_for(std::string("Host: ") + host + "\r\n") == "HTTP/1.1 405");
    }
    for (const char* host :
         {"", ":80", "example.org", "hooks.example.org.evil.test", "evilhooks.example.org",
          "hooks.example.org:80:80", "hooks.example.org:x", "hooks%2eexample.org", "127.0.0.1",
          "2001:db8::1", "[2001:db8::1", "[2001:db8::2]", "hooks.example.org..", "192.0.2.01"}) {
        INFO(host);
        CHECK(status_for(std::string("Host: ") + host + "\r\n") == "HTTP/1.1 421");
    }
    CHECK(status_for("", "1.0") == "HTTP/1.1 421");
    CHECK(status_for("") == "HTTP/1.1 400");
    CHECK(status_for("Host: hooks.example.org\r\nHost: hooks.example.org\r\n") == "HTTP/1.1 400");
    CHECK(status_for("Host: hooks.example.org, other\r\n") == "HTTP/1.1 400");
    CHECK(raw_exchange(listener.port(),
                       "GET http://hooks.example.org/hooks/acme HTTP/1.1\r\n"
                       "Host: hooks.example.org\r\n\r\n")
              .starts_with("HTTP/1.1 400"));
    // A newer configuration counts from the next request on.
    serve({});
    CHECK(status_for("Host: example.org\r\n") == "HTTP/1.1 405");
}

TEST_CASE("a ping is answered with a pong") {
    const Listener listener([](const queue::Delivery&, const std::vector<Event>&,
                               const queue::AcceptDone& done) { done(queue::Accepted{}); });
    const auto ping = test::read_data("payloads/github/ping.json");
    const auto response = http::send(listener.request(ping, k_secret, "ping")).value();
    CHECK(response.status == 200);
    CHECK(Json::parse(response.body) == Json::parse(R"({"pong": true})"));
}

TEST_CASE("what is refused does not reach the queue") {
    HeldIntake held;
    const Listener listener(held.intake());
    const auto status_of = [](const http::ClientRequest& request) {
        return http::send(request).value().status;
    };
    CHECK(status_of(listener.request(push(), k_other_secret)) == 401);
    CHECK(status_of(listener.request("{}")) == 400);
    auto unknown = listener.request(push());
    unknown.url += "/other";
    CHECK(status_of(unknown) == 401);
    auto get = listener.request("");
    get.method = "GET";
    CHECK(status_of(get) == 405);
    auto text = listener.request(push());
    std::erase_if(text.headers, [](const auto& header) { return header.first == "Content-Type"; });
    text.headers.emplace_back("Content-Type", "text/plain");
    CHECK(status_of(text) == 415);
    CHECK(held.size() == 0);
}

TEST_CASE("T004 over the wire an unknown endpoint answers as a wrong signature does") {
    HeldIntake held;
    const Listener listener(held.intake());
    const auto wrong = listener.request(push(), k_other_secret);
    auto unknown = wrong;
    unknown.url += "/other";
    const auto first = http::send(wrong).value();
    const auto second = http::send(unknown).value();
    CHECK(first.status == second.status);
    CHECK(first.body == second.body);
}

TEST_CASE("a request without a signature is refused before its body was sent") {
    HeldIntake held;
    const Listener listener(held.intake());
    const std::string head =
        "POST /hooks/acme HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(listener.port()) +
        "\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n";
    CHECK(raw_exchange(listener.port(), head) == "HTTP/1.1 401 Unauthorized");
}

TEST_CASE("a body beyond the configured limit is refused before it was sent") {
    HeldIntake held;
    const Listener listener(held.intake());
    const std::string head =
        "POST /hooks/acme HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(listener.port()) +
        "\r\nContent-Type: application/json\r\nX-Hub-Signature-256: sha256=" +
        std::string(64, 'a') + "\r\nContent-Length: 1048577\r\n\r\n";
    CHECK(raw_exchange(listener.port(), head).starts_with("HTTP/1.1 413 "));
}

TEST_CASE("a reload changes endpoints and limits for the next request") {
    Listener listener([](const queue::Delivery&, const std::vector<Event>&,
                         const queue::AcceptDone& done) { done(one_event(0)); });
    const auto status_of = [&](std::string_view secret) {
        return http::send(listener.request(push(), secret)).value().status;
    };
    CHECK(status_of(k_secret) == 202);
    CHECK(status_of(k_other_secret) == 401);
    listener.reload(configuration(k_other_secret));
    CHECK(status_of(k_secret) == 401);
    CHECK(status_of(k_other_secret) == 202);
    listener.reload(configuration(k_other_secret, 100));
    CHECK(status_of(k_other_secret) == 413);
    listener.reload(config::Configuration{});
    CHECK(status_of(k_other_secret) == 401);
}
