#include "tests/unit/webhook/requests.hpp"

using namespace hookd;
using namespace hookd::test;

namespace {

const Provider& standard() {
    return *find_provider("standard");
}

const std::string k_old(40, 'a');
const std::string k_new(40, 'b');

std::string push_of(const std::string& repository) {
    return R"({"type": "push.updated", "timestamp": "2026-11-23T10:00:00Z", "data": {
        "repository": ")" +
           repository + R"(", "ref": "refs/heads/main", "before": ")" + k_old + R"(", "after": ")" +
           k_new + R"(", "forced": false, "commit_count": 1, "push_options": ["ci.skip"],
        "commits": [{"id": ")" +
           k_new + R"(", "message": "fix", "author": {"name": "Ann"}, "added": ["b", "a"],
                     "modified": [], "removed": []}],
        "actor": {"login": "ann"}}})";
}

Event read(const std::string& body) {
    auto events = standard().normalize({"", body});
    REQUIRE(events);
    REQUIRE(events->size() == 1);
    return events->front();
}

std::string refusal_of(const std::string& body) {
    const auto events = standard().normalize({"", body});
    REQUIRE_FALSE(events);
    CHECK(events.error().code == ErrorCode::invalid);
    return events.error().message;
}

}  // namespace

TEST_CASE("a standard webhook says a push in the words of our own event") {
    const Event event = read(push_of("acme/shop"));
    CHECK(event.kind == EventKind::push);
    CHECK(event.change == "updated");
    CHECK(event.repository.text() == "acme/shop");
    CHECK(event.branch == "main");
    CHECK(event.before == k_old);
    CHECK(event.after == k_new);
    CHECK(event.forced == false);
    REQUIRE(event.commits.size() == 1);
    CHECK(event.commits[0].author.name == "Ann");
    CHECK(event.commits_complete);
    CHECK(event.paths == std::vector<std::string>{"a", "b"});
    CHECK(event.paths_complete);
    CHECK(event.push_options == std::vector<std::string>{"ci.skip"});
    CHECK(event.actor->login == "ann");
    CHECK(event.source.event == "push.updated");
}

TEST_CASE("a standard webhook says merge requests, releases, comments and pings") {
    const std::string request = R"("merge_request": {"number": 7, "title": "T", "draft": true,
        "labels": ["x"], "source": {"repository": "ann/shop", "branch": "fix", "commit": ")" +
                                k_new + R"("}, "target": {"repository": "acme/shop",
        "branch": "main"}})";
    const Event updated = read(R"({"type": "merge_request.updated", "data": {"before": ")" + k_old +
                               R"(", "repository": "acme/shop", )" + request + "}}");
    CHECK(updated.kind == EventKind::merge_request);
    CHECK(updated.change == "updated");
    CHECK(updated.before == k_old);
    CHECK(updated.after == k_new);
    CHECK(updated.merge_request->number == 7);
    CHECK(updated.merge_request->fork);
    CHECK(updated.merge_request->labels == std::vector<std::string>{"x"});
    const Event opened = read(R"({"type": "merge_request", "data": {"change": "opened",
        "repository": "acme/shop", )" +
                              request + "}}");
    CHECK(opened.change == "opened");
    CHECK(opened.after.empty());
    const Event comment =
        read(R"({"type": "comment.created", "data": {"repository": "acme/shop"}})");
    CHECK(comment.kind == EventKind::comment);
    CHECK(comment.change == "created");
    const Event release = read(R"({"type": "release", "data": {"repository": "acme/shop",
        "change": "published", "release": {"tag": "v1", "prerelease": true}}})");
    CHECK(release.kind == EventKind::release);
    CHECK(release.release->tag == "v1");
    CHECK(release.release->prerelease);
    CHECK(read(R"({"type": "ping"})").kind == EventKind::ping);
}

TEST_CASE("a standard webhook of a type that is new is other, with what it calls itself") {
    const Event event = read(R"({"type": "invoice.paid", "data": {"repository": "acme/shop"}})");
    CHECK(event.kind == EventKind::other);
    CHECK(event.change == "paid");
    CHECK(event.source.event == "invoice.paid");
    CHECK(read(R"({"type": "invoice.paid", "data": null})").repository.text().empty());
}

TEST_CASE("a standard webhook that cannot be read is told what is missing") {
    CHECK(refusal_of("[]").find("no JSON object") != std::string::npos);
    CHECK(refusal_of(R"({"data": {}})").find("type") != std::string::npos);
    CHECK(refusal_of(R"({"type": "a b"})").find("letters") != std::string::npos);
    CHECK(refusal_of(R"({"type": ""})").find("letters") != std::string::npos);
    CHECK(refusal_of(R"({"type": "push"})").find("repository") != std::string::npos);
    CHECK(refusal_of(R"({"type": "push", "data": {"repository": "acme/shop"}})").find("ref") !=
          std::string::npos);
    CHECK(
        refusal_of(R"({"type": "merge_request", "data": {"repository": "a", "merge_request": {}}})")
            .find("change") != std::string::npos);
}

TEST_CASE("T001 a standard webhook speaks for its endpoint's repositories alone") {
    constexpr std::string_view k_token = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    config::Configuration configuration;
    configuration.endpoints.push_back(endpoint("/hooks/s", "standard", k_token, {"acme/shop"}));
    const EndpointTable endpoints(configuration);
    const auto judge_of = [&](const std::string& repository) {
        return judged(sent("/hooks/s", "standard", "", k_token, push_of(repository)), endpoints);
    };
    const auto right = judge_of("acme/shop");
    REQUIRE(std::holds_alternative<Admission>(right));
    CHECK(std::get<Admission>(right).delivery.event == "push.updated");
    CHECK(std::get<Admission>(right).delivery.key == "delivery-1");
    CHECK(std::get<Admission>(right).events.at(0).source.event == "push.updated");
    const auto foreign = judge_of("acme/other");
    REQUIRE(std::holds_alternative<Refusal>(foreign));
    CHECK(std::get<Refusal>(foreign).status == 403);
}
