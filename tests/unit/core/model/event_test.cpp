#include "core/model/event.hpp"

#include "tests/support/catch.hpp"

#include <string>

using namespace hookd;

namespace {

const std::string k_none(40, '0');
const std::string k_old(40, '1');
const std::string k_new(40, '2');

Event moved(std::string ref, std::string before, std::string after) {
    Event event;
    describe_ref_change(event, std::move(ref), std::move(before), std::move(after));
    return event;
}

}  // namespace

TEST_CASE("every kind of event is read back from its text") {
    for (const EventKind kind : {EventKind::push, EventKind::tag, EventKind::merge_request,
                                 EventKind::release, EventKind::comment, EventKind::ping,
                                 EventKind::schedule, EventKind::manual, EventKind::other}) {
        CHECK(event_kind_from(to_text(kind)) == kind);
    }
    CHECK(to_text(EventKind::merge_request) == "merge_request");
    CHECK_FALSE(event_kind_from("Push"));
    CHECK_FALSE(event_kind_from(""));
}

TEST_CASE("T033 a moved ref says what it is and what became of it") {
    const Event push = moved("refs/heads/main", k_old, k_new);
    CHECK(push.kind == EventKind::push);
    CHECK(push.change == "updated");
    CHECK(push.branch == "main");
    CHECK(push.tag.empty());
    CHECK(push.commit() == k_new);
    CHECK(push.is_ref_change());

    const Event created = moved("refs/tags/v1", k_none, k_new);
    CHECK(created.kind == EventKind::tag);
    CHECK(created.change == "created");
    CHECK(created.tag == "v1");

    const Event deleted = moved("refs/heads/old", k_old, k_none);
    CHECK(deleted.change == "deleted");
    CHECK(deleted.commit().empty());
    CHECK(deleted.is_ref_change());

    const Event note = moved("refs/notes/x", k_old, k_new);
    CHECK(note.kind == EventKind::other);
    CHECK(note.branch.empty());
    CHECK_FALSE(note.is_ref_change());
}

TEST_CASE("ids of 64 zeros count as none too") {
    CHECK(moved("refs/heads/x", std::string(64, '0'), std::string(64, 'a')).change == "created");
    CHECK(moved("refs/heads/x", std::string(64, 'a'), std::string(64, '0')).commit().empty());
}

TEST_CASE("describing again forgets the other kind") {
    Event event = moved("refs/tags/v1", k_none, k_new);
    describe_ref_change(event, "refs/heads/main", k_old, k_new);
    CHECK(event.tag.empty());
    CHECK(event.branch == "main");
    CHECK(event.kind == EventKind::push);
}

TEST_CASE("actions of a merge request work on what was merged, else on what is proposed") {
    Event event;
    event.kind = EventKind::merge_request;
    event.after = k_old;
    event.merge_request = MergeRequest{};
    event.merge_request->source_commit = k_new;
    CHECK(event.commit() == k_new);
    event.merge_request->merge_commit = k_old;
    CHECK(event.commit() == k_old);
    CHECK_FALSE(event.is_ref_change());
}
