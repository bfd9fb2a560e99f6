// TLS beneath the sessions: threats.md T014 and T020.
#include "core/base/file.hpp"
#include "core/http/tls_identity.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/raw_connection.hpp"
#include "tests/support/test_server.hpp"
#include "tests/support/tls_connection.hpp"

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

using namespace hookd;
using namespace std::chrono_literals;
using Catch::Contains;
using test::Authority;
using test::eventually;
using test::RawConnection;
using test::TestService;
using test::TlsConnection;

namespace {

const std::string k_get = "GET /b HTTP/1.1\r\nHost: h\r\n\r\n";

std::string text_of(const std::filesystem::path& file) {
    return read_file(file).value();
}

Status use(http::TlsIdentity& identity, const Authority::Pair& pair) {
    return identity.replace(text_of(pair.certificate), text_of(pair.key));
}

/// A server with TLS on a free loopback port.
struct TlsServer {
    explicit TlsServer(const http::Limits& limits = {}) {
        REQUIRE(use(*identity, authority.issue("first")));
        port = server.listen(http::TcpAddress{"127.0.0.1", 0}, limits, service, identity).value();
        server.start();
    }

    [[nodiscard]] std::unique_ptr<TlsConnection> connect(const std::string& alpn = "") const {
        return std::make_unique<TlsConnection>(
            port, TlsConnection::Wishes{authority.certificate(), alpn});
    }

    Authority authority;
    std::shared_ptr<http::TlsIdentity> identity = std::make_shared<http::TlsIdentity>();
    Log log{Log::Format::text, Log::Level::error};
    TestService service;
    http::Server server{log};
    std::uint16_t port = 0;
};

}  // namespace

TEST_CASE("T020 requests are served over TLS as they are over a plain connection") {
    TlsServer server;
    const auto client = server.connect("http/1.1");
    CHECK(client->peer_name() == "first");
    CHECK(client->protocol() == "http/1.1");
    std::string body;
    client->send(k_get);
    CHECK(client->read_answer(&body) == 200);
    CHECK(body == "GET /b\n");
    // Byte by byte, each in a record of its own; then several requests in one.
    for (const char byte : k_get) {
        client->send(std::string(1, byte));
    }
    CHECK(client->read_answer() == 200);
    client->send(k_get + k_get + k_get);
    for (int i = 0; i < 3; ++i) {
        CHECK(client->read_answer() == 200);
    }
    client->send("nonsense\r\n\r\n");
    CHECK(client->read_answer() == 400);
    const auto rest = client->read_to_end();
    CHECK(rest.bytes.empty());
    CHECK(rest.closed_properly);
}

TEST_CASE("T020 large bodies go both ways whole, also to a client that reads late") {
    TlsServer server;
    std::string body;
    for (int i = 0; body.size() < (std::size_t{8} << 20); ++i) {
        body += std::to_string(i) + ' ';
    }
    const auto client = server.connect();
    client->send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(body.size()) +
                 "\r\n\r\n");
    client->send(body);
    std::string answer;
    CHECK(client->read_answer(&answer) == 200);
    const bool same = answer == "POST /a\n" + body;
    CHECK(same);
}

TEST_CASE(
    "T020 a client that asks for another protocol is refused, one that asks for none is not") {
    TlsServer server;
    CHECK_THROWS_WITH(server.connect("h2"), Contains("no application protocol"));
    CHECK(server.connect()->protocol().empty());
    CHECK(server.service.seen().empty());
}

TEST_CASE("T020 no session can be resumed") {
    TlsServer server;
    const auto client = server.connect();
    client->send(k_get);
    CHECK(client->read_answer() == 200);
    CHECK_FALSE(client->has_session());
}

TEST_CASE("T020 plain HTTP to the TLS port is told so, and is not looked at") {
    TlsServer server;
    RawConnection client(server.port);
    client.send(k_get + k_get);
    const std::string answer = client.read_to_end();
    CHECK(test::statuses(answer) == "400");
    CHECK_THAT(answer, Contains("this port speaks TLS") && Contains("Connection: close"));
    CHECK(server.service.seen().empty());
}

TEST_CASE("T020 anything else than TLS ends the connection") {
    TlsServer server;
    for (const std::string& bytes :
         {std::string("hello, is anybody there?\r\n"), std::string(100, '\0'),
          std::string("\x16\x03\x01\xff\xff\x01", 6) + std::string(70'000, 'a'),
          std::string("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")}) {
        RawConnection client(server.port);
        client.send(bytes);
        CHECK(test::statuses(client.read_to_end()).empty());
    }
    server.connect()->send(k_get);
    CHECK(eventually([&server] { return server.service.seen().size() == 1; }));
}

TEST_CASE("T014 a handshake has a total time") {
    http::Limits limits;
    limits.handshake_time = 200ms;
    TlsServer server(limits);
    SECTION("nothing comes") {
        RawConnection client(server.port);
        CHECK(client.read_to_end().empty());
    }
    SECTION("a hello that trickles") {
        RawConnection client(server.port);
        const std::string hello = std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11);
        client.send(hello);
        while (!client.has_news(5ms) && client.send("a")) {
        }
        CHECK(client.read_to_end().empty());
    }
}

TEST_CASE("T020 unfinished handshakes are limited per address, finished ones are not") {
    http::Limits limits;
    limits.handshakes_per_peer = 3;
    TlsServer server(limits);
    std::vector<std::unique_ptr<TlsConnection>> finished;
    for (int i = 0; i < 6; ++i) {
        finished.push_back(server.connect());
        finished.back()->send(k_get);
        CHECK(finished.back()->read_answer() == 200);
    }
    std::vector<std::unique_ptr<RawConnection>> silent;
    for (int i = 0; i < 3; ++i) {
        silent.push_back(std::make_unique<RawConnection>(server.port));
    }
    RawConnection fourth(server.port);
    CHECK(fourth.read_to_end().empty());
    finished.front()->send(k_get);
    CHECK(finished.front()->read_answer() == 200);
    silent.clear();
    CHECK(eventually([&server] {
        try {
            const auto client = server.connect();
            client->send(k_get);
            return client->read_answer() == 200;
        } catch (const std::exception&) {
            return false;
        }
    }));
}

TEST_CASE("T014 a client that does not read its answer is cut, with TLS too") {
    http::Limits limits;
    limits.write_time = 200ms;
    TlsServer server(limits);
    server.service.serve_with([](http::Request, http::Responder responder) {
        responder.respond({200, "text/plain", std::string(std::size_t{32} << 20, 'a'), {}});
    });
    const auto client = server.connect();
    client->send(k_get);
    client->read_until("\r\n\r\n");
    // Not reading on; the server must give up, which a write notices.
    CHECK(eventually([&client] {
        try {
            client->send("x");
            return false;
        } catch (const std::exception&) {
            return true;
        }
    }));
}

TEST_CASE("T020 a new certificate serves newcomers, and those that are there go on") {
    TlsServer server;
    const auto before = server.connect();
    before->send(k_get.substr(0, 10));
    REQUIRE(use(*server.identity, server.authority.issue("second", 90, "2048")));
    before->send(k_get.substr(10));
    CHECK(before->read_answer() == 200);
    CHECK(before->peer_name() == "first");
    const auto after = server.connect();
    CHECK(after->peer_name() == "second");
    after->send(k_get);
    CHECK(after->read_answer() == 200);
}

TEST_CASE("T020 certificates change under load and no request fails") {
    TlsServer server;
    const auto second = server.authority.issue("second");
    const auto first = server.authority.issue("again");
    std::atomic<bool> over{false};
    std::atomic<int> served{0};
    std::atomic<int> failed{0};
    const auto ask = [&] {
        while (!over) {
            try {
                const auto client = server.connect();
                for (int i = 0; i < 3; ++i) {
                    client->send(k_get);
                    served += client->read_answer() == 200 ? 1 : 0;
                }
            } catch (const std::exception&) {
                ++failed;
            }
        }
    };
    std::thread one(ask);
    std::thread two(ask);
    for (int i = 0; i < 40; ++i) {
        const int before = served;
        CHECK(use(*server.identity, i % 2 == 0 ? second : first));
        CHECK(eventually([&] { return served > before + 3; }));
    }
    over = true;
    one.join();
    two.join();
    CHECK(failed == 0);
}

TEST_CASE("T020 a pair that cannot be used leaves the old one in force") {
    TlsServer server;
    const auto good = server.authority.issue("good");
    const auto other = server.authority.issue("other");
    const auto weak = server.authority.issue("weak", 90, "1024");
    const std::string certificate = text_of(good.certificate);
    const std::string key = text_of(good.key);
    const auto refused = [&server](const std::string& certificates,
                                   const std::string& private_key) {
        const auto replaced = server.identity->replace(certificates, private_key);
        return replaced ? std::string("taken") : replaced.error().message;
    };
    CHECK_THAT(refused(certificate, text_of(other.key)), Contains("key"));
    CHECK_THAT(refused("", key), Contains("the certificate cannot be used"));
    CHECK_THAT(refused(certificate, ""), Contains("the key cannot be used"));
    CHECK_THAT(refused(certificate.substr(0, 200), key), Contains("the certificate cannot"));
    CHECK_THAT(refused(certificate + certificate.substr(0, 200), key), Contains("chain"));
    CHECK_THAT(refused(text_of(weak.certificate), text_of(weak.key)), Contains("too small"));
    Authority::run({"openssl", "pkey", "-in", good.key.string(), "-aes256", "-passout",
                    "pass:opensesame", "-out", good.key.string() + ".locked"});
    CHECK_THAT(refused(certificate, text_of(good.key.string() + ".locked")),
               Contains("the key cannot be used"));
    CHECK(server.connect()->peer_name() == "first");
    // With the chain behind it, and both in one text.
    const std::string all = key + certificate + text_of(server.authority.certificate());
    CHECK(server.identity->replace(all, all));
    CHECK(server.connect()->peer_name() == "good");
}

TEST_CASE("stop ends handshakes and idle TLS connections at once") {
    TlsServer server;
    RawConnection silent(server.port);
    const auto idle = server.connect();
    idle->send(k_get);
    CHECK(idle->read_answer() == 200);
    server.server.stop(20s);
    CHECK(silent.read_to_end().empty());
    CHECK(idle->read_to_end().bytes.empty());
}
