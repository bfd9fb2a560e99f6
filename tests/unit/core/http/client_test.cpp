#include "core/http/client.hpp"

#include "core/http/listening_socket.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/test_server.hpp"

#include <array>
#include <cstdio>
#include <fstream>
#include <memory>
#include <thread>

using namespace hookd;
using namespace std::chrono_literals;
using http::ClientRequest;
using test::TestServer;

namespace {

ClientRequest to(const TestServer& server, const std::string& target) {
    ClientRequest request;
    request.url = "http://127.0.0.1:" + std::to_string(server.port) + target;
    return request;
}

/// The standard output of a curl command line. `arguments` hold no foreign text.
std::string curl(const std::string& arguments) {
    const std::string command =
        "curl --silent --show-error --max-time 20 --noproxy '*' " + arguments + " 2>&1";
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(::popen(command.c_str(), "re"),
                                                               &::pclose);
    std::string out;
    std::array<char, 4096> buffer{};
    for (std::size_t count = 1; count > 0;) {
        count = std::fread(buffer.data(), 1, buffer.size(), pipe.get());
        out.append(buffer.data(), count);
    }
    return out;
}

}  // namespace

TEST_CASE("the client sends what it is given and nothing of its own accord") {
    TestServer server;
    ClientRequest request = to(server, "/a?b=c");
    request.method = "POST";
    request.headers = {{"X-GitHub-Event", "push"}, {"X-Empty", ""}};
    request.body = std::string("a\0b", 3) + std::string(100'000, 'c');
    const auto response = http::send(request);
    REQUIRE(response);
    CHECK(response->status == 200);
    const bool came_back = response->body == "POST /a?b=c\n" + request.body;
    CHECK(came_back);
    const auto head = server.service.seen().at(0).head;
    CHECK(head.headers.only("x-github-event") == "push");
    CHECK(head.headers.only("x-empty") == "");
    CHECK(head.headers.count("expect") == 0);
    CHECK(head.headers.count("content-type") == 0);
    CHECK(head.content_length == request.body.size());
}

TEST_CASE("the client speaks every method") {
    TestServer server;
    for (const std::string method : {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
        ClientRequest request = to(server, "/m");
        request.method = method;
        request.headers = {{"Content-Type", "application/json"}};
        const auto response = http::send(request);
        REQUIRE(response);
        CHECK(response->body == method + " /m\n");
    }
    ClientRequest head = to(server, "/m");
    head.method = "HEAD";
    const auto response = http::send(head);
    REQUIRE(response);
    CHECK(response->status == 200);
    CHECK(response->body.empty());
    CHECK(server.service.seen().at(0).head.headers.only("content-type") == "application/json");
}

TEST_CASE("the client does not follow a redirect") {
    TestServer server;
    server.service.serve_with([](http::Request, http::Responder responder) {
        responder.respond({302, "text/plain", "elsewhere", {{"Location", "/other"}}});
    });
    const auto response = http::send(to(server, "/"));
    REQUIRE(response);
    CHECK(response->status == 302);
    CHECK(response->body == "elsewhere");
    CHECK(server.service.seen().size() == 1);
}

TEST_CASE("the client streams an answer, and an error's body is kept whole") {
    TestServer server;
    server.service.serve_with([](http::Request request, http::Responder responder) {
        if (request.head.path() == "/no") {
            responder.respond({409, "text/plain", "why not", {}});
            return;
        }
        const auto stream = responder.stream({200, "text/plain", "one ", {}});
        static_cast<void>(stream.send("two "));
        static_cast<void>(stream.send("three"));
        if (request.head.path() == "/cut") {
            return;
        }
        stream.end();
    });
    std::string all;
    const auto collect = [&all](std::string_view part) {
        all += part;
        return true;
    };
    const auto good = http::send(to(server, "/yes"), collect);
    REQUIRE(good);
    CHECK(good->status == 200);
    CHECK(good->body.empty());
    CHECK(all == "one two three");

    all.clear();
    const auto bad = http::send(to(server, "/no"), collect);
    REQUIRE(bad);
    CHECK(bad->status == 409);
    CHECK(bad->body == "why not");
    CHECK(all.empty());

    const auto cut = http::send(to(server, "/cut"), collect);
    REQUIRE_FALSE(cut);
    CHECK(cut.error().code == ErrorCode::unavailable);
}

TEST_CASE("the client can end a stream, and the server sees it") {
    TestServer server;
    server.service.hold();
    ClientRequest request = to(server, "/");
    request.total_time = Milliseconds(0);
    bool was_seen = false;
    std::thread service([&server, &was_seen] {
        const auto stream = server.service.next().stream({200, "text/plain", "first", {}});
        was_seen = test::eventually([&stream] { return !stream.is_open(); });
    });
    const auto response = http::send(request, [](std::string_view) { return false; });
    service.join();
    CHECK(was_seen);
    REQUIRE(response);
    CHECK(response->status == 200);
}

TEST_CASE("an exception in the callback comes out of send") {
    TestServer server;
    CHECK_THROWS_AS(http::send(to(server, "/"),
                               [](std::string_view) -> bool { throw std::runtime_error("x"); }),
                    std::runtime_error);
}

TEST_CASE("the client says what went wrong, without the secret parts of a URL") {
    TestServer server;
    server.service.hold();
    SECTION("nobody there") {
        ClientRequest request;
        {
            const auto closed = http::ListeningSocket::open(http::TcpAddress{"127.0.0.1", 0});
            REQUIRE(closed);
            request.url =
                "http://u:hush@127.0.0.1:" + std::to_string(closed->port()) + "/hush?hush";
        }
        const auto response = http::send(request);
        REQUIRE_FALSE(response);
        CHECK(response.error().code == ErrorCode::unavailable);
        CHECK(response.error().message.find("http://127.0.0.1:") != std::string::npos);
        CHECK(response.error().message.find("hush") == std::string::npos);
    }
    SECTION("too slow") {
        ClientRequest request = to(server, "/");
        request.total_time = 100ms;
        const auto response = http::send(request);
        REQUIRE_FALSE(response);
        CHECK(response.error().code == ErrorCode::timeout);
    }
    SECTION("another protocol") {
        ClientRequest request;
        request.url = "file:///etc/passwd";
        const auto response = http::send(request);
        REQUIRE_FALSE(response);
        CHECK(response.error().code == ErrorCode::invalid);
    }
    SECTION("a header that would begin another") {
        ClientRequest request = to(server, "/");
        request.headers = {{"X-A", "1\r\nX-B: 2"}};
        const auto response = http::send(request);
        REQUIRE_FALSE(response);
        CHECK(response.error().code == ErrorCode::invalid);
        CHECK(server.service.seen().empty());
    }
    SECTION("a method that would begin a request") {
        ClientRequest request = to(server, "/");
        request.method = "GET / HTTP/1.1\r\n";
        CHECK(http::send(request).error().code == ErrorCode::invalid);
    }
}

TEST_CASE("the client speaks over a Unix socket, whatever proxies are set") {
    const test::TemporaryFolder folder;
    const auto path = folder / "s";
    TestServer server({}, http::UnixAddress{path});
    ::setenv("http_proxy", "http://127.0.0.1:1", 1);
    ClientRequest request;
    request.url = "http://hookd/api/v1/runs";
    request.unix_socket = path;
    const auto response = http::send(request);
    ::unsetenv("http_proxy");
    REQUIRE(response);
    CHECK(response->body == "GET /api/v1/runs\n");
    request.unix_socket = folder / "none";
    const auto nobody = http::send(request);
    REQUIRE_FALSE(nobody);
    CHECK(nobody.error().code == ErrorCode::unavailable);
    CHECK(nobody.error().message.find((folder / "none").string()) != std::string::npos);
}

TEST_CASE("curl is served: keep-alive, chunked, 100-continue, a file, HEAD, a Unix socket") {
    if (curl("--version").find("libcurl") == std::string::npos) {
        WARN("skipped: no curl");
        return;
    }
    TestServer server;
    const std::string url = "http://127.0.0.1:" + std::to_string(server.port);
    CHECK(curl(url + "/a " + url + "/b --write-out '%{num_connects};'") == "GET /a\n1;GET /b\n0;");
    CHECK(curl("--data-binary abc -H 'Transfer-Encoding: chunked' " + url + "/c") ==
          "POST /c\nabc");
    CHECK(
        curl("--data-binary abc -H 'Expect: 100-continue' --expect100-timeout 15 -v " + url + "/d")
            .find("HTTP/1.1 100 Continue") != std::string::npos);
    CHECK(curl("--head " + url + "/e").find("Content-Length: 8\r\n") != std::string::npos);

    const test::TemporaryFolder folder;
    std::ofstream(folder / "big") << std::string(std::size_t{3} << 20, 'x');
    CHECK(curl("--data-binary @" + (folder / "big").string() + " " + url + "/f").size() ==
          (std::size_t{3} << 20) + 8);

    const auto path = folder / "s";
    TestServer local({}, http::UnixAddress{path});
    CHECK(curl("--unix-socket " + path.string() + " http://hookd/u") == "GET /u\n");
}
