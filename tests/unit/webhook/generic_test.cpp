// What an endpoint of the provider `generic` makes of a body.
#include "tests/unit/webhook/generic_requests.hpp"

using namespace hookd;
using namespace hookd::test;

namespace {

std::string refusal_of(const config::GenericSender& sender, const std::string& body) {
    const auto events = read(sender, body);
    REQUIRE_FALSE(events);
    CHECK(events.error().code == ErrorCode::invalid);
    return events.error().message;
}

}  // namespace

TEST_CASE("a mapped body becomes a push") {
    const Event event = one(signed_sender(registry_map()), moved(quoted(k_old), quoted(k_new)));
    CHECK(event.kind == EventKind::push);
    CHECK(event.change == "updated");
    CHECK(event.repository.text() == "acme/shop");
    CHECK(event.ref == "refs/heads/main");
    CHECK(event.branch == "main");
    CHECK(event.before == k_old);
    CHECK(event.after == k_new);
    CHECK(event.actor->login == "ann");
    CHECK(event.source.event == "push");
    CHECK_FALSE(event.paths_complete);
}

TEST_CASE("where a ref was: null is nowhere, and what is not there is not known") {
    const auto sender = signed_sender(registry_map());
    const Event created = one(sender, moved("null", quoted(k_new)));
    CHECK(created.change == "created");
    CHECK(created.before == k_zeros);
    const Event deleted = one(sender, moved(quoted(std::string(64, 'c')), "null"));
    CHECK(deleted.change == "deleted");
    CHECK(deleted.after == std::string(64, '0'));
    const Event unknown = one(sender, moved("", quoted(k_new)));
    CHECK(unknown.before.empty());
    CHECK(unknown.change == "updated");
    CHECK_FALSE(unknown.is_ref_change());
    CHECK(refusal_of(sender, moved("null", "null")).find("not there") != std::string::npos);
}

TEST_CASE("what a mapping gives is checked as strictly as any provider's event") {
    const auto sender = signed_sender(registry_map());
    CHECK(refusal_of(sender, moved(quoted("abc"), quoted(k_new))).find("before") == 0);
    CHECK(refusal_of(sender, moved(quoted(k_old), quoted(std::string(40, 'B')))).find("after") ==
          0);
    CHECK(refusal_of(sender, moved(quoted(k_old), "7")).find("after") != std::string::npos);
    CHECK(refusal_of(sender, R"({"event": "moved", "project": {"path": "a"}, "what": {"branch":
        "a..b", "from": null, "to": ")" +
                                 k_new + R"("}})")
              .find("no full ref name") != std::string::npos);
    CHECK(refusal_of(sender, R"({"event": "moved", "what": {"branch": "main"}})")
              .find("\"repository\"") == 0);
    CHECK(refusal_of(sender, R"({"event": "moved", "project": {"path": "a"}})").find("\"ref\"") !=
          std::string::npos);
    CHECK(refusal_of(sender, R"({"event": "two words"})").find("\"kind\"") == 0);
    CHECK(refusal_of(sender, "7").find("no JSON object") != std::string::npos);
    CHECK(refusal_of(sender, R"({"event": "x", "event": "y"})").find("twice") != std::string::npos);
    const auto denied = read(sender, moved("null", quoted(k_new), "../etc"));
    REQUIRE_FALSE(denied);
    CHECK(denied.error().code == ErrorCode::denied);
}

TEST_CASE("a word that is no kind of ours is other, with 202") {
    const Event event = one(signed_sender(registry_map()),
                            R"({"event": "archived", "project": {"path": "acme/shop"}})");
    CHECK(event.kind == EventKind::other);
    CHECK(event.source.event == "archived");
    const Event nameless = one(signed_sender(registry_map()), R"({"event": "archived"})");
    CHECK(nameless.repository.text().empty());
    CHECK(one(signed_sender(registry_map()), "[]").kind == EventKind::other);
}

TEST_CASE("a map can name elements, constants, and fields of a merge request and a release") {
    config::EventMap map;
    map.fields = {constant("repository", "acme/shop"),
                  constant("kind", "merge_request"),
                  at("change", {"action"}, {{"start", "opened"}}),
                  at("merge_request/number", {"pull", "0", "id"}),
                  at("merge_request/labels", {"tags"}),
                  at("merge_request/source/branch", {"pull", "1"}),
                  at("merge_request/source/commit", {"pull", "2"}),
                  constant("merge_request/target/branch", "main")};
    const Event event = one(signed_sender(map), R"({"action": "start", "tags": ["a", "b"],
        "pull": [{"id": 7}, "fix", ")" + k_new + R"("]})");
    CHECK(event.kind == EventKind::merge_request);
    CHECK(event.change == "opened");
    REQUIRE(event.merge_request);
    CHECK(event.merge_request->number == 7);
    CHECK(event.merge_request->labels == std::vector<std::string>{"a", "b"});
    CHECK(event.merge_request->source_branch == "fix");
    CHECK(event.merge_request->source_commit == k_new);
    CHECK(event.merge_request->target_branch == "main");
    CHECK(event.merge_request->fork);
    CHECK(refusal_of(signed_sender(map), R"({"action": "start", "pull": []})").find("number") !=
          std::string::npos);
    config::EventMap release;
    release.fields = {constant("repository", "acme/shop"), constant("kind", "release"),
                      at("release/tag", {"image", "tag"})};
    CHECK(one(signed_sender(release), R"({"image": {"tag": "v1"}})").release->tag == "v1");
}

TEST_CASE("pointers take names of any kind, and an index of an array or a name") {
    config::EventMap map;
    map.fields = {constant("repository", "acme/shop"), at("ref", {"a/b", "*", "{x,y}", "0", ""}),
                  at("after", {"10"})};
    const std::string tail = R"(, "10": ")" + k_new + "\"}";
    CHECK(one(signed_sender(map),
              R"({"a/b": {"*": {"{x,y}": [{"": "refs/heads/in-list"}, 1]}})" + tail)
              .branch == "in-list");
    CHECK(one(signed_sender(map),
              R"({"a/b": {"*": {"{x,y}": {"0": {"": "refs/tags/in-object"}}}})" + tail)
              .tag == "in-object");
    // "00" is a name, never an index.
    map.fields[1] = at("ref", {"list", "00"});
    CHECK(one(signed_sender(map), R"({"list": ["refs/heads/main"])" + tail).kind ==
          EventKind::other);
}

TEST_CASE("mapped commits bring messages and paths") {
    config::EventMap map = registry_map();
    map.fields.push_back(at("commit_count", {"count"}));
    map.commits = {{{"log"},
                    {at("id", {"sha"}), at("message", {"text"}), at("author/name", {"by", "name"}),
                     at("added", {"new"}), at("modified", {"changed"}), at("removed", {"gone"})}}};
    std::string body = moved(quoted(k_old), quoted(k_new));
    body.pop_back();
    body += R"(, "count": 1, "log": [{"sha": ")" + k_new +
            R"(", "text": "fix", "by": {"name": "Ann"}, "new": ["b"], "changed": ["a"],
            "gone": []}]})";
    const Event event = one(signed_sender(map), body);
    REQUIRE(event.commits.size() == 1);
    CHECK(event.commits[0].message == "fix");
    CHECK(event.commits[0].author.name == "Ann");
    CHECK(event.commits_complete);
    CHECK(event.paths == std::vector<std::string>{"a", "b"});
    CHECK(event.paths_complete);
}

TEST_CASE("without a map the body is an event as it is shown") {
    const Event event = one(signed_sender(), R"({"kind": "push", "repository": "acme/shop",
        "ref": "refs/heads/main", "branch": "main", "tag": null, "before": ")" +
                                                 k_old + R"(", "after": ")" + k_new + R"("})");
    CHECK(event.branch == "main");
    CHECK(event.before == k_old);
}

TEST_CASE("an endpoint for one repository needs no place for its name") {
    auto sender = signed_sender(registry_map());
    sender.repository = "acme/shop";
    std::string body = moved("null", quoted(k_new));
    body.replace(body.find("project"), 7, "nothing");
    CHECK(one(sender, body).repository.text() == "acme/shop");
    // One that is named still counts.
    CHECK(one(sender, moved("null", quoted(k_new), "acme/other")).repository.text() ==
          "acme/other");
}

TEST_CASE("a pointer to an element of a list that was cut finds nothing wrong") {
    config::EventMap map = registry_map();
    map.fields[2] = at("branch", {"list", "40000"});
    std::string body = R"({"list": [)";
    for (int i = 0; i < 40'001; ++i) {
        body += i == 0 ? "\"x\"" : ",\"x\"";
    }
    body += R"(], "event": "moved"})";
    CHECK(refusal_of(signed_sender(map), body).find("too long") != std::string::npos);
}

TEST_CASE("a Lua function makes one event, several, or none") {
    const auto sender = signed_sender(lua(R"(
        if body.kind == "nothing" then return nil end
        local events = {}
        for i, change in ipairs(body.changes) do
            events[i] = {repository = body.repo, branch = change.name,
                         before = change.old and change.old.hash or false, after = change.new}
        end
        return events)"));
    const auto events = read(sender, R"({"repo": "acme/shop", "changes": [
        {"name": "a", "old": null, "new": ")" +
                                         k_new + R"("},
        {"name": "b", "old": {"hash": ")" +
                                         k_old + R"("}, "new": ")" + k_new + R"("}]})");
    REQUIRE(events);
    REQUIRE(events->size() == 2);
    CHECK((*events)[0].change == "created");
    CHECK((*events)[0].ref == "refs/heads/a");
    CHECK((*events)[1].before == k_old);
    CHECK(read(sender, R"({"changes": []})")->empty());
    const Event nothing = one(sender, R"({"kind": "nothing"})");
    CHECK(nothing.kind == EventKind::other);
    CHECK(nothing.repository.text().empty());
    const auto single =
        signed_sender(lua("return {kind = 'tag', repository = 'acme/shop', "
                          "tag = body.v, after = body.sha}"));
    CHECK(one(single, R"({"v": "v1", "sha": ")" + k_new + "\"}").ref == "refs/tags/v1");
}

TEST_CASE("what is wrong in Lua is an answer in words, not a crash") {
    const auto message = [](const std::string& body) {
        return refusal_of(signed_sender(lua(body)), R"({"x": null})");
    };
    CHECK(message("\nreturn body.x.y").find("lua:2: attempt to index a nil value") == 0);
    CHECK(message("return 7").find("lua: it returned neither") == 0);
    CHECK(message("return {7}").find("an event must be") == 0);
    CHECK(message("return {ref = 'refs/heads/a', repository = 'a', after = 'x'}").find("after") ==
          0);
    CHECK(message("while true do end").find("stopped") != std::string::npos);
    CHECK(message("local t = {} for i = 1, 257 do t[i] = {} end return t").find("256") !=
          std::string::npos);
    CHECK(message("return tostring").find("lua: ") == 0);
}

TEST_CASE("T018 Lua sees bodies of a bounded size only") {
    const auto sender = signed_sender(lua("return nil"));
    const std::string large =
        R"({"x": ")" + std::string(GenericSender::k_most_lua_bytes, 'x') + "\"}";
    CHECK(refusal_of(sender, large).find("1 MiB") != std::string::npos);
    std::string many = "[0";
    for (int i = 0; i < 40'000; ++i) {
        many += ",0";
    }
    CHECK(refusal_of(sender, many + "]").find("32768 values") != std::string::npos);
    CHECK(refusal_of(sender, std::string(65, '[') + std::string(65, ']')).find("deeper") !=
          std::string::npos);
    CHECK(one(sender, std::string(64, '[') + std::string(64, ']')).kind == EventKind::other);
    CHECK(refusal_of(sender, R"({"a": 1, "a": 2})").find("twice") != std::string::npos);
}

TEST_CASE("Lua sees the headers and the event's name, but no secret") {
    auto sender = signed_sender(lua(R"(
        return {repository = "acme/shop", kind = event, change = (headers["x-odd"] or "none") ..
                "," .. (headers["x-key"] or "none") .. "," .. (headers.authorization or "none")})"));
    sender.proof = config::TokenHeader{"X-Key", "Key "};
    sender.event_header = "X-Event";
    const EndpointTable endpoints = table_with(sender);
    http::Request request = request_of(endpoints, "{}");
    request.head.headers.add("X-Odd", "first");
    request.head.headers.add("X-ODD", "second");
    request.head.headers.add("Authorization", "Basic abc");
    const auto result = judged_by(endpoints, request);
    REQUIRE(std::holds_alternative<Admission>(result));
    const auto& admission = std::get<Admission>(result);
    CHECK(admission.events.at(0).change == "first,none,none");
    CHECK(admission.delivery.event == "moved");
    // Nor is it stored with the delivery.
    for (const auto& [name, value] : admission.delivery.headers) {
        CHECK(value.find(k_secret_a) == std::string::npos);
        CHECK(name != "X-Key");
    }
}

TEST_CASE("a made-up push goes where the pointers find it") {
    const GenericSender sender(signed_sender(registry_map()));
    const MadeUpPush push{"acme/shop", "refs/heads/main", k_old, k_new};
    const auto body = sender.make_push(push).value();
    CHECK(nlohmann::json::parse(body.json) ==
          nlohmann::json::parse(R"({"event": "moved", "project": {"path": "acme/shop"}, "what":
              {"branch": "main", "from": ")" +
                                k_old + R"(", "to": ")" + k_new + "\"}}"));
    const auto events = sender.read({"", body.json}).value();
    REQUIRE(events.size() == 1);
    CHECK(events[0].ref == push.ref);
    CHECK_FALSE(sender.make_push({"acme/shop", "refs/tags/v1", k_old, k_new}));
    config::EventMap indexed = registry_map();
    indexed.fields[0] = constant("kind", "push");
    indexed.fields[1] = constant("repository", "acme/shop");
    indexed.fields[2] = at("ref", {"changes", "1", "ref"});
    const GenericSender by_index(signed_sender(indexed));
    CHECK(by_index.read({"", by_index.make_push(push).value().json}).value().at(0).ref == push.ref);
    const auto other = by_index.make_push({"acme/other", "refs/heads/main", k_old, k_new});
    REQUIRE_FALSE(other);
    CHECK(other.error().message.find("always \"acme/shop\"") != std::string::npos);
    const GenericSender by_lua(signed_sender(lua("return nil")));
    CHECK(by_lua.make_push(push).error().message.find("PAYLOAD") != std::string::npos);
}
