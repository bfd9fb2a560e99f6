#include "tests/support/catch.hpp"
#include "tests/support/raw_connection.hpp"
#include "tests/support/test_server.hpp"

#include <string>
#include <vector>

using namespace hookd;
using test::RawConnection;
using test::TestServer;

namespace {

struct Attempt {
    std::string name;
    std::string bytes;
    std::string status;  ///< of the one answer
};

const std::string k_post = "POST /hooks/a HTTP/1.1\r\nHost: h\r\n";
const std::string k_second = "GET /second HTTP/1.1\r\nHost: h\r\n\r\n";
const std::string k_chunked = "Transfer-Encoding: chunked\r\n\r\n";
const std::string k_nul(1, '\0');

/// In each of these somebody could see another request than we do.
std::vector<Attempt> attempts() {
    return {
        // Two lengths.
        {"length, then chunked", k_post + "Content-Length: 5\r\n" + k_chunked + "0\r\n\r\n", "400"},
        {"chunked, then length",
         k_post + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", "400"},
        {"length zero with chunked", k_post + "Content-Length: 0\r\n" + k_chunked, "400"},
        {"differing lengths", k_post + "Content-Length: 3\r\nContent-Length: 5\r\n\r\nabcde",
         "400"},
        {"equal lengths", k_post + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc", "400"},
        {"a list of lengths", k_post + "Content-Length: 3, 3\r\n\r\nabc", "400"},
        // No number of plain digits.
        {"length with plus", k_post + "Content-Length: +3\r\n\r\nabc", "400"},
        {"length with minus", k_post + "Content-Length: -3\r\n\r\nabc", "400"},
        {"length in hex", k_post + "Content-Length: 0x3\r\n\r\nabc", "400"},
        {"length with a space inside", k_post + "Content-Length: 3 3\r\n\r\nabc", "400"},
        {"length with a fraction", k_post + "Content-Length: 3.0\r\n\r\nabc", "400"},
        {"length without a value", k_post + "Content-Length:\r\n\r\nabc", "400"},
        {"length beyond 64 bits", k_post + "Content-Length: 18446744073709551619\r\n\r\nabc",
         "400"},
        {"length with a vertical tab", k_post + "Content-Length: \v3\r\n\r\nabc", "400"},
        {"length with NUL", k_post + "Content-Length: 3" + k_nul + "\r\n\r\nabc", "400"},
        // Other codings.
        {"gzip, chunked", k_post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", "501"},
        {"chunked, identity", k_post + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
         "501"},
        {"xchunked", k_post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", "501"},
        {"identity", k_post + "Transfer-Encoding: identity\r\n\r\n", "501"},
        {"chunked in quotes", k_post + "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n", "501"},
        {"chunked with a parameter", k_post + "Transfer-Encoding: chunked;q=1\r\n\r\n0\r\n\r\n",
         "501"},
        {"chunked twice in a list", k_post + "Transfer-Encoding: chunked, chunked\r\n\r\n", "501"},
        {"an empty coding", k_post + "Transfer-Encoding:\r\n\r\n0\r\n\r\n", "501"},
        {"chunked with a vertical tab", k_post + "Transfer-Encoding: \vchunked\r\n\r\n", "400"},
        {"two codings", k_post + "Transfer-Encoding: chunked\r\n" + k_chunked, "400"},
        {"two codings, one unknown", k_post + "Transfer-Encoding: cow\r\n" + k_chunked, "400"},
        {"chunked in HTTP/1.0", "POST /hooks/a HTTP/1.0\r\nHost: h\r\n" + k_chunked + "0\r\n\r\n",
         "400"},
        // Odd lines.
        {"folded line", k_post + "X-A: 1\r\n folded: 2\r\n\r\n", "400"},
        {"folded with a tab", k_post + "X-A: 1\r\n\tfolded\r\n\r\n", "400"},
        {"folded coding", k_post + "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n", "400"},
        {"bare line feed after a field", k_post + "X-A: 1\nContent-Length: 3\r\n\r\nabc", "400"},
        {"bare line feed ends the head", k_post + "\nGET /in HTTP/1.1\r\nHost: h\r\n\r\n", "400"},
        {"bare line feed after the request line", "POST / HTTP/1.1\nHost: h\r\n\r\n", "400"},
        {"bare carriage return in a value", k_post + "X-A: 1\rContent-Length: 3\r\n\r\nabc", "400"},
        {"bare carriage return before the end", k_post + "X-A: 1\r\r\n\r\n", "400"},
        {"NUL in a value", k_post + "X-A: 1" + k_nul + "2\r\n\r\n", "400"},
        {"space before the colon", k_post + "Content-Length : 3\r\n\r\nabc", "400"},
        {"tab before the colon", k_post + "Transfer-Encoding\t: chunked\r\n\r\n0\r\n\r\n", "400"},
        {"space before the first name",
         "POST / HTTP/1.1\r\n Host: h\r\nHost: h\r\nContent-Length: 0\r\n\r\n", "400"},
        {"NUL in a name", k_post + "Content-" + k_nul + "Length: 3\r\n\r\nabc", "400"},
        {"no name", k_post + ": chunked\r\n\r\n", "400"},
        {"no colon", k_post + "Content-Length 3\r\n\r\nabc", "400"},
        {"brackets in a name", k_post + "Content[Length]: 3\r\n\r\nabc", "400"},
        {"an empty line first", "\r\n" + k_post + "\r\n", "400"},
        {"a line feed first", "\n" + k_post + "\r\n", "400"},
        // Request lines.
        {"two spaces", "GET  / HTTP/1.1\r\nHost: h\r\n\r\n", "400"},
        {"a space in the target", "GET /a b HTTP/1.1\r\nHost: h\r\n\r\n", "400"},
        {"a tab for a space", "GET\t/ HTTP/1.1\r\nHost: h\r\n\r\n", "400"},
        {"a space at the end", "GET / HTTP/1.1 \r\nHost: h\r\n\r\n", "400"},
        {"no version", "GET /\r\n\r\n", "400"},
        {"a lower-case version", "GET / http/1.1\r\nHost: h\r\n\r\n", "400"},
        {"version 1.2", "GET / HTTP/1.2\r\nHost: h\r\n\r\n", "505"},
        {"version 2.0", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "505"},
        {"version 01.1", "GET / HTTP/01.1\r\nHost: h\r\n\r\n", "400"},
        {"no token as method", "GE(T / HTTP/1.1\r\nHost: h\r\n\r\n", "400"},
        {"NUL in the target", "GET /a" + k_nul + " HTTP/1.1\r\nHost: h\r\n\r\n", "400"},
        {"bytes that are no ASCII", "GET /\xc3\xa9 HTTP/1.1\r\nHost: h\r\n\r\n", "400"},
        {"absolute form", "GET http://other/ HTTP/1.1\r\nHost: h\r\n\r\n", "400"},
        {"authority form", "CONNECT h:443 HTTP/1.1\r\nHost: h\r\n\r\n", "400"},
        {"no slash", "GET hooks HTTP/1.1\r\nHost: h\r\n\r\n", "400"},
        // Hosts.
        {"no host", "GET / HTTP/1.1\r\n\r\n", "400"},
        {"two hosts", "GET / HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n", "400"},
        {"two hosts in HTTP/1.0", "GET / HTTP/1.0\r\nHost: h\r\nhost: i\r\n\r\n", "400"},
        {"a list of hosts", "GET / HTTP/1.1\r\nHost: h, i\r\n\r\n", "400"},
        {"a host with a user", "GET / HTTP/1.1\r\nHost: a@h\r\n\r\n", "400"},
        {"a host with a path", "GET / HTTP/1.1\r\nHost: h/x\r\n\r\n", "400"},
        // TLS, SSH and others on the wrong port.
        {"a TLS greeting", "\x16\x03\x01\x02" + k_nul + "\x01\n\r\n\r\n", "400"},
        {"an SSH greeting", "SSH-2.0-OpenSSH_9.2\r\n\r\n", "400"},
    };
}

/// Chunks whose end two readers would put at different places; the head is fine.
std::vector<Attempt> chunk_attempts() {
    const std::string head = k_post + k_chunked;
    return {
        {"no hex", head + "g\r\nabc\r\n0\r\n\r\n", "400"},
        {"with prefix", head + "0x3\r\nabc\r\n0\r\n\r\n", "400"},
        {"with sign", head + "+3\r\nabc\r\n0\r\n\r\n", "400"},
        {"space first", head + " 3\r\nabc\r\n0\r\n\r\n", "400"},
        {"empty size", head + "\r\nabc\r\n0\r\n\r\n", "400"},
        {"size beyond 64 bits", head + "10000000000000003\r\nabc\r\n0\r\n\r\n", "400"},
        {"bare line feed", head + "3\nabc\r\n0\r\n\r\n", "400"},
        {"bare carriage return", head + "3\rabc\r\n0\r\n\r\n", "400"},
        {"bare line feed in an extension", head + "3;a\nabc\r\n0\r\n\r\n", "400"},
        {"control byte in an extension", head + "3;a=\x01\r\nabc\r\n0\r\n\r\n", "400"},
        {"longer than it says", head + "3\r\nabcd\r\n0\r\n\r\n", "400"},
        {"no end of the chunk", head + "3\r\nabc0\r\n\r\n", "400"},
        {"line feed after the chunk", head + "3\r\nabc\n0\r\n\r\n", "400"},
        {"length in the trailer", head + "0\r\nContent-Length: 5\r\n\r\n", "400"},
        {"coding in the trailer", head + "0\r\nTransfer-Encoding: chunked\r\n\r\n", "400"},
        {"bare line feed in the trailer", head + "0\r\nX: 1\nY: 2\r\n\r\n", "400"},
        {"space before a trailer's colon", head + "0\r\nX : 1\r\n\r\n", "400"},
    };
}

}  // namespace

TEST_CASE("T012 a request that can be read in two ways ends the connection unread") {
    TestServer server;
    REQUIRE(attempts().size() >= 40);
    for (const auto& attempt : attempts()) {
        INFO(attempt.name);
        RawConnection client(server.port);
        client.send(attempt.bytes + k_second);
        const std::string all = client.read_to_end();
        CHECK(test::statuses(all) == attempt.status);
        CHECK(all.find("\r\nConnection: close\r\n") != std::string::npos);
        CHECK(all.find("{\"error\": \"") != std::string::npos);
    }
    CHECK(server.service.seen().empty());
}

TEST_CASE("T012 a chunked body that can be read in two ways ends the connection") {
    TestServer server;
    for (const auto& attempt : chunk_attempts()) {
        INFO(attempt.name);
        RawConnection client(server.port);
        client.send(attempt.bytes + k_second);
        CHECK(test::statuses(client.read_to_end()) == attempt.status);
    }
    CHECK(server.service.seen().empty());
}

TEST_CASE("T012 the same requests byte by byte fare no better") {
    TestServer server;
    for (const auto& attempt : attempts()) {
        INFO(attempt.name);
        RawConnection client(server.port);
        for (const char byte : attempt.bytes + k_second) {
            if (!client.send(std::string_view(&byte, 1))) {
                break;
            }
        }
        CHECK(test::statuses(client.read_to_end()) == attempt.status);
    }
    CHECK(server.service.seen().empty());
}

TEST_CASE("a sound chunked body arrives whole wherever it is cut") {
    TestServer server;
    const std::string bytes = k_post + k_chunked + "3\r\nabc\r\n4;x=\"y z\"\r\ndefg\r\n0\r\n\r\n";
    for (std::size_t cut = k_post.size() + k_chunked.size() - 2; cut < bytes.size(); ++cut) {
        RawConnection client(server.port);
        client.send(bytes.substr(0, cut));
        REQUIRE_FALSE(client.has_news(std::chrono::milliseconds(1)));
        client.send(bytes.substr(cut) + k_second);
        CHECK(client.read_answer().body == "POST /hooks/a\nabcdefg");
        CHECK(client.read_answer().body == "GET /second\n");
    }
}

TEST_CASE("an empty chunked body may come in any pieces") {
    TestServer server;
    const std::string last = "0\r\n\r\n";
    for (std::size_t first = 1; first < last.size(); ++first) {
        for (std::size_t second = first; second < last.size(); ++second) {
            RawConnection client(server.port);
            client.send(k_post + k_chunked + last.substr(0, first));
            static_cast<void>(client.has_news(std::chrono::milliseconds(1)));
            client.send(last.substr(first, second - first));
            static_cast<void>(client.has_news(std::chrono::milliseconds(1)));
            client.send(last.substr(second));
            CHECK(client.read_answer().body == "POST /hooks/a\n");
        }
    }
}

TEST_CASE("T013 trailers are neither headers nor body") {
    TestServer server;
    RawConnection client(server.port);
    client.send(k_post + "X-GitHub-Event: push\r\n" + k_chunked +
                "3\r\nabc\r\n0\r\nX-GitHub-Event: deploy\r\nX-Hub-Signature-256: sha256=00\r\n"
                "Host: other\r\n\r\n" +
                k_second);
    CHECK(client.read_answer().status == 200);
    CHECK(client.read_answer().body == "GET /second\n");
    const auto seen = server.service.seen();
    REQUIRE(seen.size() == 2);
    CHECK(seen[0].body == "abc");
    CHECK(seen[0].head.headers.only("X-GitHub-Event") == "push");
    CHECK(seen[0].head.headers.count("X-Hub-Signature-256") == 0);
    CHECK(seen[0].head.headers.only("Host") == "h");
    CHECK(seen[0].head.headers.all().size() == 3);
}

TEST_CASE("T013 long trailers close the connection, in one piece or trickling") {
    TestServer server;
    const std::string line = "X-Trailer: " + std::string(100, 'a') + "\r\n";
    std::string trailers;
    while (trailers.size() < 50 * 1024) {
        trailers += line;
    }
    SECTION("in one piece") {
        RawConnection client(server.port);
        client.send(k_post + k_chunked + "1\r\na\r\n0\r\n" + trailers + "\r\n" + k_second);
        CHECK(test::statuses(client.read_to_end()) == "431");
    }
    SECTION("just above the bound, whole") {
        RawConnection client(server.port);
        client.send(k_post + k_chunked + "1\r\na\r\n0\r\n" + trailers.substr(0, 40 * line.size()) +
                    "\r\n" + k_second);
        CHECK(test::statuses(client.read_to_end()) == "431");
    }
    SECTION("without an end") {
        RawConnection client(server.port);
        client.send(k_post + k_chunked + "1\r\na\r\n0\r\n");
        client.send(trailers);
        CHECK(test::statuses(client.read_to_end()) == "431");
    }
    SECTION("below the bound they do no harm") {
        RawConnection client(server.port);
        client.send(k_post + k_chunked + "1\r\na\r\n0\r\n" + trailers.substr(0, 30 * line.size()) +
                    "\r\n" + k_second);
        CHECK(client.read_answer().status == 200);
        CHECK(client.read_answer().status == 200);
        return;
    }
    CHECK(server.service.seen().empty());
}
