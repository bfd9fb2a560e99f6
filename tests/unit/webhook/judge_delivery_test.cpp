// What a request that proved its sender becomes.
#include "core/base/ulid.hpp"
#include "tests/unit/webhook/requests.hpp"

#include <algorithm>

using namespace hookd;
using namespace hookd::test;

namespace {

http::Request form_request(const std::string& target, std::string_view provider,
                           std::string_view event, const std::string& body) {
    return with_header(sent(target, provider, event, k_secret_a, body), "Content-Type",
                       {"application/x-www-form-urlencoded"});
}

}  // namespace

TEST_CASE("a signed delivery becomes events and a delivery with all that is known of it") {
    const http::Request request = good();
    const Admission admission = admitted(request);
    const queue::Delivery& delivery = admission.delivery;
    CHECK(is_ulid(delivery.id.text()));
    CHECK(delivery.source == "/hooks/a");
    CHECK(delivery.provider == "github");
    CHECK(delivery.key == "delivery-1");
    CHECK(delivery.event == "push");
    CHECK(delivery.received_at == k_now);
    CHECK(delivery.peer == "192.0.2.7");
    CHECK(delivery.body == request.body);
    REQUIRE(admission.events.size() == 1);
    const Event& event = admission.events.front();
    CHECK(is_ulid(event.id.text()));
    CHECK(event.id.text() != delivery.id.text());
    CHECK(event.repository.text() == "acme/a");
    CHECK(event.source == Source{"github", "/hooks/a", "delivery-1", "push", k_now, "192.0.2.7"});
    CHECK_FALSE(admission.is_ping);
}

TEST_CASE("T017 only plain JSON, or a form where the provider sends one, is read") {
    const auto with_type = [](const std::vector<std::string>& values) {
        return status_of(with_header(good(), "Content-Type", values));
    };
    CHECK(with_type({"application/json"}) == 202);
    CHECK(with_type({"application/json; charset=utf-8"}) == 202);
    CHECK(with_type({"Application/JSON;charset=UTF-8"}) == 202);
    CHECK(with_type({"application/json; charset=\"utf-8\""}) == 202);
    for (const std::vector<std::string>& values :
         std::vector<std::vector<std::string>>{{},
                                               {""},
                                               {"text/plain"},
                                               {"application/json; charset=utf-16"},
                                               {"application/json; charset=utf-7"},
                                               {"application/json; version=2"},
                                               {"application/json;"},
                                               {"application/jsonp"},
                                               {"application/vnd.github+json"},
                                               {"multipart/form-data; boundary=x"},
                                               {"application/json", "application/json"},
                                               {"application/json, text/plain"}}) {
        INFO((values.empty() ? std::string("none") : values.front()));
        CHECK(with_type(values) == 415);
    }
    for (const char* encoding : {"gzip", "br", "identity", "deflate, gzip", ""}) {
        INFO(encoding);
        CHECK(status_of(with_header(good(), "Content-Encoding", {encoding})) == 415);
    }
}

TEST_CASE("T017 GitHub's form is signed as it was sent") {
    const std::string body = "payload=" + escaped(github_push("acme/a"));
    const Admission admission = admitted(form_request("/hooks/a", "github", "push", body));
    CHECK(admission.delivery.body == body);
    REQUIRE(admission.events.size() == 1);
    CHECK(admission.events.front().repository.text() == "acme/a");
    CHECK(status_of(form_request("/hooks/a", "github", "push", "payload=%7B")) == 400);
    CHECK(status_of(form_request("/hooks/a", "github", "push", "other=1")) == 400);
    CHECK(status_of(form_request("/hooks/a", "github", "push", body + "&" + body)) == 400);
    CHECK(status_of(form_request("/hooks/a", "github", "push", github_push("acme/a"))) == 400);
    // A signature over the JSON inside is none over the form.
    http::Request inside = good();
    inside = with_header(inside, "Content-Type", {"application/x-www-form-urlencoded"});
    inside.body = body;
    CHECK(status_of(inside) == 401);
}

TEST_CASE("T017 a form is refused where the provider sends none, once the sender is known") {
    const std::string body = "payload=" + escaped(gitlab_push("acme/a"));
    CHECK(status_of(form_request("/hooks/lab/a", "gitlab", "Push Hook", body)) == 415);
    auto stranger = form_request("/hooks/lab/b", "gitlab", "Push Hook", body);
    CHECK(status_of(stranger) == 401);
}

TEST_CASE("a signed body that is not what the provider sends is refused with 400") {
    for (const char* body : {"", "{}", "[]", "null", "\"push\"", "{\"ref\": 1}", "{} {}", "\xFF"}) {
        INFO(body);
        CHECK(status_of(sent("/hooks/a", "github", "push", k_secret_a, body)) == 400);
        CHECK(status_of(sent("/hooks/lab/a", "gitlab", "Push Hook", k_secret_a, body)) == 400);
    }
}

TEST_CASE("T018 hostile JSON under a right signature is 400") {
    std::string deep(1'000'000, '[');
    CHECK(status_of(sent("/hooks/a", "github", "push", k_secret_a, deep)) == 400);
    CHECK(status_of(sent("/hooks/a", "github", "star", k_secret_a, R"({"a": 1, "a": 1})")) == 400);
    CHECK(status_of(sent("/hooks/a", "github", "star", k_secret_a, R"({"a": 1e400})")) == 400);
    CHECK(status_of(sent("/hooks/a", "github", "star", k_secret_a, R"({"a": "\ud800"})")) == 400);
}

TEST_CASE("the event's and the delivery's header must be there once and plain") {
    const std::string long_value(256, 'a');
    for (const std::vector<std::string>& values : std::vector<std::vector<std::string>>{
             {""}, {"push", "push"}, {"pu\tsh"}, {"p\xC3\xA4"}, {long_value}}) {
        CHECK(status_of(with_header(good(), "X-GitHub-Event", values)) == 400);
        CHECK(status_of(with_header(good(), "X-GitHub-Delivery", values)) == 400);
    }
    CHECK(status_of(with_header(good(), "X-GitHub-Event", {})) == 400);
    CHECK(admitted(with_header(good(), "X-GitHub-Delivery", {})).delivery.key.empty());
}

TEST_CASE("T006 the signed id of a GitLab delivery counts before the one that is not") {
    const http::Request request =
        sent("/hooks/lab/a", "gitlab", "Push Hook", k_secret_a, gitlab_push("acme/a"));
    CHECK(admitted(request).delivery.key == "delivery-1");
    auto both = request;
    both.head.headers.add("webhook-id", "signed-id");
    CHECK(admitted(both).delivery.key == "signed-id");
}

TEST_CASE("what a delivery that comes again is, each sender tells in its own way") {
    using std::chrono::minutes;
    const auto again = [](const http::Request& request) {
        return admitted(request).delivery.redelivered_after;
    };
    const std::string body = gitlab_push("acme/a");
    CHECK(again(good()) == minutes(1));
    CHECK(again(sent("/hooks/lab/a", "gitlab", "Push Hook", k_secret_a, body)) == minutes(10));

    // Of all providers those whose retries nothing tells from redeliveries.
    for (const char* name : {"gitea", "forgejo", "bitbucket-server", "standard"}) {
        CHECK_FALSE(find_provider(name)->repeats.retried_for);
    }
    CHECK(find_provider("bitbucket")->repeats.attempt_header == "X-Attempt-Number");
    CHECK(find_provider("gogs")->repeats.retried_for == minutes(10));
}

TEST_CASE("T006 an attempt of Bitbucket's that is not the first is no person's redelivery") {
    config::Configuration configuration;
    configuration.endpoints.push_back(endpoint("/hooks/bucket", "bitbucket", k_secret_a, {"**"}));
    const EndpointTable endpoints(configuration);
    const std::string body = test::read_json_data("payloads/bitbucket-cloud/push.json").dump();
    const auto after = [&](const std::vector<std::string>& attempts) {
        auto request =
            with_header(sent("/hooks/bucket", "bitbucket", "repo:push", k_secret_a, body),
                        "X-Attempt-Number", attempts);
        const auto result = judged(std::move(request), endpoints);
        REQUIRE(std::holds_alternative<Admission>(result));
        return std::get<Admission>(result).delivery.redelivered_after;
    };
    CHECK(after({"1"}) == std::chrono::minutes(10));
    for (const auto& attempts :
         std::vector<std::vector<std::string>>{{"2"}, {"3"}, {}, {""}, {"1", "1"}, {"01"}}) {
        CHECK_FALSE(after(attempts));
    }
}

TEST_CASE("T006 where the signature holds the id, another id is another delivery") {
    CHECK_FALSE(admitted(good()).delivery.key_is_proven);
    const std::string body = gitlab_push("acme/a");
    CHECK_FALSE(admitted(sent("/hooks/lab/a", "gitlab", "Push Hook", k_secret_a, body))
                    .delivery.key_is_proven);
    for (const char* name : {"gitlab", "standard"}) {
        CHECK(find_provider(name)->repeats.proves_id == "webhook-signature");
    }
    for (const char* name :
         {"github", "gitea", "forgejo", "gogs", "bitbucket", "bitbucket-server"}) {
        CHECK(find_provider(name)->repeats.proves_id.empty());
    }
}

TEST_CASE("a ping is a ping with or without a repository") {
    const auto plain = test::read_data("payloads/github/ping.json");
    Admission admission = admitted(sent("/hooks/a", "github", "ping", k_secret_a, plain));
    CHECK(admission.is_ping);
    CHECK(admission.events.empty());
    const std::string of_repository = R"({"zen": "x", "repository": {"full_name": "acme/a"}})";
    admission = admitted(sent("/hooks/a", "github", "ping", k_secret_a, of_repository));
    CHECK(admission.is_ping);
    REQUIRE(admission.events.size() == 1);
    CHECK(admission.events.front().kind == EventKind::ping);
    CHECK(status_of(sent("/hooks/a", "github", "ping", k_secret_a, "pong")) == 400);
}

TEST_CASE("an unknown event is let in as other, and as a bare delivery without a repository") {
    const std::string body = R"({"action": "begun", "repository": {"full_name": "acme/a"}})";
    Admission admission = admitted(sent("/hooks/a", "github", "party", k_secret_a, body));
    REQUIRE(admission.events.size() == 1);
    CHECK(admission.events.front().kind == EventKind::other);
    CHECK(admission.events.front().source.event == "party");
    admission = admitted(sent("/hooks/a", "github", "organization", k_secret_a, "{}"));
    CHECK(admission.events.empty());
    CHECK_FALSE(admission.is_ping);
}

TEST_CASE("headers that hold secrets are not kept, all others are") {
    http::Request request =
        sent("/hooks/lab/a", "gitlab", "Push Hook", k_secret_a, gitlab_push("acme/a"));
    const std::vector<std::string> secret = {
        "Authorization", "Proxy-Authorization", "Cookie",    "x-gitlab-token2",
        "X-Api-Key",     "X-My-SECRET",         "X-Password"};
    for (const std::string& name : secret) {
        request.head.headers.add(name, "hush-hush");
    }
    request.head.headers.add("X-Gitlab-Instance", "https://gitlab.test");
    const auto headers = admitted(request).delivery.headers;
    std::string all;
    for (const auto& [name, value] : headers) {
        all.append(name).append(": ").append(value).append("\n");
    }
    INFO(all);
    CHECK(all.find("hush-hush") == std::string::npos);
    CHECK(all.find(k_secret_a) == std::string::npos);
    CHECK(all.find("X-Gitlab-Instance: https://gitlab.test") != std::string::npos);
    CHECK(all.find("X-Gitlab-Event: Push Hook") != std::string::npos);
    CHECK(all.find("Idempotency-Key: delivery-1") != std::string::npos);
    const auto github = admitted(good()).delivery.headers;
    CHECK(std::any_of(github.begin(), github.end(),
                      [](const auto& header) { return header.first == "X-Hub-Signature-256"; }));
}
