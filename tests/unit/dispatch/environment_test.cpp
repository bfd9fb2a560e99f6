#include "dispatch/environment.hpp"

#include "tests/support/catch.hpp"

#include <algorithm>

namespace hookd::dispatch {
namespace {

const std::string k_old(40, '1');
const std::string k_new(40, '2');

Event push_event() {
    Event event;
    event.id = EventId("01JDA0V5T1M3W9T7C1N6Z4Q8RB");
    event.repository = *RepositoryName::parse("acme/shop");
    describe_ref_change(event, "refs/heads/feature/x", k_old, k_new);
    event.actor = Person{"ann", "", ""};
    return event;
}

queue::Claim claim() {
    queue::Claim claim;
    claim.fence = Fence(7);
    claim.run = RunId(3);
    claim.rule = "checks";
    claim.name = "test";
    claim.commit = k_new;
    claim.attempt = 2;
    return claim;
}

const AttemptFiles k_files{"/w/event.json", "", "/w/output", "/w/home"};

bool holds(const std::vector<std::string>& environment, const std::string& entry) {
    return std::find(environment.begin(), environment.end(), entry) != environment.end();
}

TEST_CASE("T028: the environment of a push is exactly what is documented") {
    const std::vector<std::string> expected = {
        "CI=true",
        "HOME=/w/home",
        "HOOKD=true",
        "HOOKD_ACTION=test",
        "HOOKD_ACTOR=ann",
        "HOOKD_ATTEMPT=2",
        "HOOKD_BEFORE=" + k_old,
        "HOOKD_BRANCH=feature/x",
        "HOOKD_COMMIT=" + k_new,
        "HOOKD_EVENT=/w/event.json",
        "HOOKD_EVENT_ID=01JDA0V5T1M3W9T7C1N6Z4Q8RB",
        "HOOKD_FENCE=7",
        "HOOKD_KIND=push",
        "HOOKD_OUTPUT=/w/output",
        "HOOKD_REF=refs/heads/feature/x",
        "HOOKD_REPOSITORY=acme/shop",
        "HOOKD_RULE=checks",
        "HOOKD_RUN=3",
        "LANG=C.UTF-8",
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "TZ=UTC",
    };
    CHECK(make_environment(push_event(), claim(), k_files, {}) == expected);
}

TEST_CASE("a rule's own variables replace PATH but nothing that hookd sets") {
    const auto environment = make_environment(
        push_event(), claim(), k_files, {{"PATH", "/opt/bin"}, {"HOME", "/root"}, {"X", "1"}});
    CHECK(holds(environment, "PATH=/opt/bin"));
    CHECK(holds(environment, "HOME=/w/home"));
    CHECK(holds(environment, "X=1"));
}

TEST_CASE("a merge request says its number and its target") {
    Event event = push_event();
    event.merge_request = MergeRequest{};
    event.merge_request->number = 12;
    event.merge_request->target_branch = "main";
    const auto environment = make_environment(event, claim(), k_files, {});
    CHECK(holds(environment, "HOOKD_MERGE_REQUEST=12"));
    CHECK(holds(environment, "HOOKD_TARGET_BRANCH=main"));
}

TEST_CASE("outputs of needed actions arrive under their names") {
    queue::Claim with_inputs = claim();
    with_inputs.inputs = {{"build-it", "image.name", "x=y"}};
    const auto environment = make_environment(push_event(), with_inputs, k_files, {});
    CHECK(holds(environment, "HOOKD_OUTPUT_BUILD_IT_IMAGE_NAME=x=y"));
}

TEST_CASE("T024: a hostile branch name is a value and nothing else") {
    Event event = push_event();
    describe_ref_change(event, "refs/heads/$(touch x)\xFF;id", k_old, k_new);
    const auto environment = make_environment(event, claim(), k_files, {});
    CHECK(holds(environment, "HOOKD_BRANCH=$(touch x)\xFF;id"));
}

}  // namespace
}  // namespace hookd::dispatch
