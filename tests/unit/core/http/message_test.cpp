#include "core/http/message.hpp"

#include "core/http/response.hpp"
#include "tests/support/catch.hpp"

using namespace hookd::http;

TEST_CASE("header names compare without case, values stay as they are") {
    Headers headers;
    headers.add("X-Hub-Signature-256", "sha256=AB");
    CHECK(headers.only("x-hub-signature-256") == "sha256=AB");
    CHECK(headers.first("X-HUB-SIGNATURE-256") == "sha256=AB");
    CHECK(headers.count("x-hub-signature") == 0);
    CHECK_FALSE(headers.first("x-hub-signature"));
}

TEST_CASE("a header that is there twice has no single value") {
    Headers headers;
    headers.add("A", "1");
    headers.add("b", "2");
    headers.add("a", "3");
    CHECK_FALSE(headers.only("a"));
    CHECK(headers.first("a") == "1");
    CHECK(headers.count("A") == 2);
    CHECK(headers.only("B") == "2");
}

TEST_CASE("the path ends at the question mark and stays undecoded") {
    Head head;
    head.target = "/hooks/%2e%2e/x?path=/y?z";
    CHECK(head.path() == "/hooks/%2e%2e/x");
    head.target = "/plain";
    CHECK(head.path() == "/plain");
}

TEST_CASE("query values are decoded, the first of a name counts") {
    Head head;
    head.target = "/runs?a=1&name=x%2Fy+z&empty=&bare&a=2&broken=%zz%4&n%61me2=v&eq=a=b&&";
    CHECK(head.query("a") == "1");
    CHECK(head.query("name") == "x/y z");
    CHECK(head.query("empty") == "");
    CHECK(head.query("bare") == "");
    CHECK(head.query("broken") == "%zz%4");
    CHECK(head.query("name2") == "v");
    CHECK(head.query("eq") == "a=b");
    CHECK_FALSE(head.query("none"));
    head.target = "/runs";
    CHECK_FALSE(head.query("a"));
    head.target = "/runs?";
    CHECK_FALSE(head.query("a"));
}

TEST_CASE("a response's head says how its body is framed, whatever its fields say") {
    Response response;
    response.status = 202;
    response.body = "{}";
    response.headers = {{"Content-Length", "99"},
                        {"transfer-encoding", "chunked"},
                        {"Connection", "keep-alive"},
                        {"Retry-After", "1"}};
    CHECK(head_of(response, Wire{}) ==
          "HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"
          "X-Content-Type-Options: nosniff\r\nRetry-After: 1\r\n\r\n");
    CHECK(head_of(response, Wire{Wire::Length::chunked, true}) ==
          "HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nTransfer-Encoding: "
          "chunked\r\nX-Content-Type-Options: nosniff\r\nRetry-After: 1\r\nConnection: "
          "close\r\n\r\n");
}

TEST_CASE("a response's field cannot begin another one") {
    Response response;
    response.headers = {{"X-A", "1\r\nX-Evil: 2"}, {"X-B\r\nX-Evil", "3"}, {"", "4"}};
    const std::string head = head_of(response, Wire{});
    CHECK(head.find("\nX-Evil") == std::string::npos);
    CHECK(head.find("X-A: 1  X-Evil: 2\r\n") != std::string::npos);
}

TEST_CASE("204 and 304 have neither length nor type") {
    Response response;
    response.status = 204;
    CHECK(head_of(response, Wire{}) ==
          "HTTP/1.1 204 No Content\r\nX-Content-Type-Options: nosniff\r\n\r\n");
    response.status = 304;
    CHECK(head_of(response, Wire{}).find("\nContent-") == std::string::npos);
}
