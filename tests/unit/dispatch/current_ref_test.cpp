#include "dispatch/current_ref.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/git_repository.hpp"

namespace hookd::dispatch {
namespace {

const std::string k_main = "refs/heads/main";

/// A repository with three commits in a row, and its refs where the test puts them.
class Place {
  public:
    Place() {
        const std::string tree = git_.line({"mktree"}, "");
        for (const char* name : {"a", "b", "c"}) {
            std::vector<std::string> arguments = {"commit-tree", "-m", name, tree};
            if (!commits_.empty()) {
                arguments.insert(arguments.end(), {"-p", commits_.back()});
            }
            commits_.push_back(git_.line(arguments));
        }
    }

    void put(const std::string& ref, const std::string& id) { git_.git({"update-ref", ref, id}); }
    [[nodiscard]] const std::string& commit(char name) const {
        return commits_.at(static_cast<std::size_t>(name - 'a'));
    }
    [[nodiscard]] std::string why(const Event& event) const {
        const auto repository = git::Repository::open(git_.path());
        REQUIRE(repository);
        const auto found = why_moved_on(*repository, event, event.commit());
        REQUIRE(found);
        return *found;
    }

    test::GitRepository git_;

  private:
    std::vector<std::string> commits_;
};

Event moved(const std::string& ref, const std::string& before, const std::string& after) {
    Event event;
    describe_ref_change(event, ref, before, after);
    event.source.type = "github";
    return event;
}

Event request(const std::string& change, const std::string& source_commit,
              const std::string& merge_commit = {}) {
    Event event;
    event.kind = EventKind::merge_request;
    event.change = change;
    event.merge_request.emplace();
    event.merge_request->source_branch = "feature";
    event.merge_request->source_commit = source_commit;
    event.merge_request->target_branch = "main";
    event.merge_request->merge_commit = merge_commit;
    return event;
}

TEST_CASE("T007 a branch that has moved on, back or away is not what the event said") {
    Place place;
    const Event event = moved(k_main, place.commit('a'), place.commit('b'));
    CHECK(place.why(event).find("is not there any more") != std::string::npos);
    place.put(k_main, place.commit('b'));
    CHECK(place.why(event).empty());
    for (const char elsewhere : {'c', 'a'}) {
        place.put(k_main, place.commit(elsewhere));
        const std::string why = place.why(event);
        CHECK(why.find("\"refs/heads/main\" points at " + place.commit(elsewhere)) == 0);
        CHECK(why.find(place.commit('b')) != std::string::npos);
    }
}

TEST_CASE("T007 a tag is where the event said by its object or by the commit behind it") {
    Place place;
    place.git_.git({"-c", "user.name=Ann", "-c", "user.email=ann@acme.test", "tag", "-a", "-m",
                    "one", "v1", place.commit('a')});
    const std::string object = place.git_.line({"rev-parse", "v1"});
    REQUIRE(object != place.commit('a'));
    const std::string zeros(40, '0');
    CHECK(place.why(moved("refs/tags/v1", zeros, object)).empty());
    CHECK(place.why(moved("refs/tags/v1", zeros, place.commit('a'))).empty());
    CHECK_FALSE(place.why(moved("refs/tags/v1", zeros, place.commit('b'))).empty());
    place.put("refs/tags/v1", place.commit('a'));
    CHECK(place.why(moved("refs/tags/v1", zeros, object)).empty());
    place.put("refs/tags/v1", place.commit('b'));
    CHECK_FALSE(place.why(moved("refs/tags/v1", zeros, object)).empty());
}

TEST_CASE("T007 a merged request is looked up in its target, any other in its source") {
    Place place;
    place.put(k_main, place.commit('c'));
    place.put("refs/heads/feature", place.commit('b'));
    CHECK(place.why(request("opened", place.commit('b'))).empty());
    CHECK_FALSE(place.why(request("updated", place.commit('a'))).empty());
    CHECK(place.why(request("merged", place.commit('b'), place.commit('c'))).empty());
    // Merged fast forward, without a commit of its own.
    CHECK(place.why(request("merged", place.commit('c'))).empty());
    // An older merge is contained in main, and going back to it would be a rollback.
    CHECK_FALSE(place.why(request("merged", place.commit('a'), place.commit('b'))).empty());
}

TEST_CASE("an event of no ref has nothing to be compared with") {
    const Place place;
    Event event;
    event.kind = EventKind::release;
    event.after = place.commit('a');
    CHECK(place.why(event).empty());
}

TEST_CASE("T007 what came from outside is a hint, unless a person runs it again") {
    using queue::RerunCause;
    Event event;
    for (const char* outside : {"github", "gitlab", "standard", "generic", ""}) {
        event.source.type = outside;
        CHECK(is_only_a_hint(event, std::nullopt));
        CHECK(is_only_a_hint(event, RerunCause::redelivery));
        CHECK_FALSE(is_only_a_hint(event, RerunCause::replay));
    }
    for (const char* witness : {"hook", "reconcile", "schedule", "manual"}) {
        event.source.type = witness;
        CHECK_FALSE(is_only_a_hint(event, std::nullopt));
        CHECK(is_only_a_hint(event, RerunCause::redelivery));
        CHECK_FALSE(is_only_a_hint(event, RerunCause::replay));
    }
}

}  // namespace
}  // namespace hookd::dispatch
