// Who is let in: threats.md T001, T003, T004, T019, T026.
#include "tests/unit/webhook/requests.hpp"
#include "webhook/answer.hpp"

#include <algorithm>

using namespace hookd;
using namespace hookd::test;

TEST_CASE("T001 an endpoint speaks for its own repository, under its own secret, only") {
    for (const bool gitlab : {false, true}) {
        const std::string base = gitlab ? "/hooks/lab/" : "/hooks/";
        const std::string provider = gitlab ? "gitlab" : "github";
        const auto status = [&](const std::string& door, std::string_view secret,
                                const std::string& repository) {
            return status_of(sent(base + door, provider, gitlab ? "Push Hook" : "push", secret,
                                  gitlab ? gitlab_push(repository) : github_push(repository)));
        };
        INFO(provider);
        CHECK(status("a", k_secret_a, "acme/a") == 202);
        CHECK(status("a", k_secret_a, "acme/b") == 403);
        CHECK(status("a", k_secret_b, "acme/a") == 401);
        CHECK(status("a", k_secret_b, "acme/b") == 401);
        CHECK(status("b", k_secret_b, "acme/b") == 202);
        CHECK(status("b", k_secret_b, "acme/a") == 403);
        CHECK(status("b", k_secret_a, "acme/b") == 401);
        // Names are compared byte for byte; a renamed or re-cased repository is another one.
        CHECK(status("a", k_secret_a, "Acme/A") == 403);
        CHECK(status("a", k_secret_a, "acme/a2") == 403);
        CHECK(status("a", k_secret_a, "acme/a/b") == 403);
    }
}

TEST_CASE("T001 patterns say for whom an endpoint speaks, and no pattern says nobody") {
    const auto status = [](const std::string& door, const std::string& repository) {
        return status_of(sent(door, "github", "push", k_secret_a, github_push(repository)));
    };
    CHECK(status("/hooks/org", "acme/shop") == 202);
    CHECK(status("/hooks/org", "acme/private") == 403);
    CHECK(status("/hooks/org", "acme/tools/shop") == 403);
    CHECK(status("/hooks/org", "mallory/shop") == 403);
    CHECK(status("/hooks/closed", "acme/shop") == 403);
    CHECK(status("/hooks/all", "any/body") == 202);
}

TEST_CASE("T001 a delivery that tells of one foreign repository is refused as a whole") {
    const std::string ping = R"({"zen": "x", "repository": {"full_name": "mallory/shop"}})";
    CHECK(status_of(sent("/hooks/a", "github", "ping", k_secret_a, ping)) == 403);
    CHECK(status_of(sent("/hooks/a", "github", "star", k_secret_a, ping)) == 403);
}

TEST_CASE("T026 a repository name that is a path is refused even where every name is allowed") {
    for (const char* name : {"../etc", "acme/../..", "/etc/passwd", "acme/%2e%2e", "acme/.git",
                             "acme/a\\b", "", "acme/a.", "acme//a"}) {
        INFO(name);
        CHECK(status_of(sent("/hooks/all", "github", "push", k_secret_a, github_push(name))) ==
              403);
    }
}

TEST_CASE("T003 a body is not parsed before its signature was right") {
    auto request = sent("/hooks/a", "github", "push", k_secret_a, "{not json");
    CHECK(status_of(request) == 400);
    request.body += " ";
    CHECK(status_of(request) == 401);
}

TEST_CASE("T003 odd signatures get 401 and nothing else") {
    const http::Request request = good();
    const std::string right(request.head.headers.only("X-Hub-Signature-256").value());
    const std::string digits = right.substr(7);
    std::string upper = digits;
    std::transform(upper.begin(), upper.end(), upper.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    for (const std::vector<std::string>& values : std::vector<std::vector<std::string>>{
             {},
             {""},
             {"sha256="},
             {digits},
             {"sha256=" + upper},
             {"SHA256=" + digits},
             {"sha1=" + digits},
             {right.substr(0, right.size() - 1)},
             {right + "0"},
             {std::string(right).append(",").append(right)},
             {right + " "},
             {right, right},
             {"sha256=" + std::string(64, '0')},
             {"sha256=" + digits.substr(1) + digits.substr(0, 1)}}) {
        INFO((values.empty() ? std::string("none") : values.front()));
        CHECK(status_of(with_header(request, "X-Hub-Signature-256", values)) == 401);
    }
    auto sha1_only = with_header(request, "X-Hub-Signature-256", {});
    sha1_only.head.headers.add("X-Hub-Signature", "sha1=" + std::string(40, 'a'));
    CHECK(status_of(sha1_only) == 401);
    CHECK(status_of(request) == 202);
}

TEST_CASE("T004 an unknown endpoint answers as a wrong signature does, byte for byte") {
    const auto answer_to = [](const http::Request& request) {
        const auto result = judged(request);
        return answer(std::get<Refusal>(result));
    };
    const std::string body = github_push("acme/a");
    const auto wrong = answer_to(sent("/hooks/a", "github", "push", k_secret_b, body));
    CHECK(wrong.status == 401);
    for (const http::Request& request :
         {sent("/hooks/nobody", "github", "push", k_secret_a, body),
          sent("/hooks/lab/a", "github", "push", k_secret_a, body),
          sent("/hooks/lab/a", "gitlab", "Push Hook", k_secret_b, body),
          sent("/hooks/nobody", "gitlab", "Push Hook", k_secret_a, body),
          with_header(good(), "X-Hub-Signature-256", {}),
          sent("/hooks/nobody", "github", "push", k_secret_a, "{not json")}) {
        const auto other = answer_to(request);
        INFO(request.head.target);
        CHECK(other.status == wrong.status);
        CHECK(other.body == wrong.body);
        CHECK(other.content_type == wrong.content_type);
        CHECK(other.headers == wrong.headers);
    }
}

TEST_CASE("T004 what is decided before the body does not depend on the endpoint") {
    for (const char* type :
         {"application/json", "application/x-www-form-urlencoded", "text/plain"}) {
        for (const std::vector<std::string>& proof :
             std::vector<std::vector<std::string>>{{}, {"sha256=" + std::string(64, 'a')}}) {
            std::optional<std::optional<Refusal>> first;
            for (const char* target : {"/hooks/a", "/hooks/lab/a", "/hooks/nobody", "/"}) {
                http::Request request = with_header(good(), "Content-Type", {type});
                request = with_header(request, "X-Hub-Signature-256", proof);
                request.head.target = target;
                const auto refusal = judge_head(request.head);
                if (!first) {
                    first = refusal;
                }
                CHECK(refusal == *first);
            }
        }
    }
}

TEST_CASE("T019 an endpoint's path has one exact form") {
    for (const char* target :
         {"/hooks/a/", "/hooks//a", "/hooks/./a", "/hooks/b/../a", "/hooks/%61", "/HOOKS/A",
          "hooks/a", "/hooks/a?", "/hooks/a?x=1", "/hooks/a#x", "http://localhost/hooks/a",
          "//hooks/a", "/hooks/a%00", "/hooks/a;x", "*", "", "/"}) {
        INFO(target);
        http::Request request = good();
        request.head.target = target;
        CHECK(status_of(request) == 401);
    }
}

TEST_CASE("T004 only POST acts") {
    for (const char* method :
         {"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "post", "PATCH"}) {
        http::Request request = good();
        request.head.method = method;
        const auto refusal = judge_head(request.head);
        REQUIRE(refusal);
        const auto response = answer(*refusal);
        CHECK(response.status == 405);
        CHECK(response.headers ==
              std::vector<std::pair<std::string, std::string>>{{"Allow", "POST"}});
    }
}

TEST_CASE("no refusal says a secret or a signature") {
    for (const http::Request& request :
         {sent("/hooks/a", "github", "push", k_secret_b, "{}"),
          sent("/hooks/lab/a", "gitlab", "Push Hook", k_secret_b, "{}"),
          sent("/hooks/a", "github", "push", k_secret_a, "{}")}) {
        const auto refusal = std::get<Refusal>(judged(request));
        for (const std::string& text : {refusal.message, refusal.reason}) {
            CHECK(text.find(k_secret_a) == std::string::npos);
            CHECK(text.find(k_secret_b) == std::string::npos);
            CHECK(text.find("sha256=") == std::string::npos);
        }
    }
}
