#include "hooks/post_receive/push_input.hpp"

#include "core/base/ulid.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/hooks/sample_record.hpp"

#include <set>
#include <vector>

using namespace hookd;
using namespace hookd::hooks;
using hookd::test::object;

namespace {

const WallTime k_now{Milliseconds(1795427001250)};
const std::string k_a(40, 'a');
const std::string k_b(40, 'b');
const std::string k_zero(40, '0');

}  // namespace

TEST_CASE("T024 refs are taken as bytes up to the newline") {
    const std::string input = k_a + " " + k_b + " refs/heads/\xFF\xFE\n" +  //
                              k_zero + " " + k_b + " refs/heads/a b $(id)\n" + k_a + " " + k_zero +
                              " refs/heads/--upload-pack=x";
    const auto updates = ref_updates_from(input, k_now);
    REQUIRE(updates);
    REQUIRE(updates->size() == 3);
    CHECK(updates->at(0).ref == "refs/heads/\xFF\xFE");
    CHECK(updates->at(0).before == object('a'));
    CHECK(updates->at(1).ref == "refs/heads/a b $(id)");
    CHECK(updates->at(1).before.is_zero());
    CHECK(updates->at(2).ref == "refs/heads/--upload-pack=x");
    CHECK(updates->at(2).after.is_zero());
}

TEST_CASE("T033 64 digits are read, and lines where nothing moved are left out") {
    const std::string a(64, 'a');
    const std::string zero(64, '0');
    const auto updates = ref_updates_from(
        zero + " " + a + " refs/heads/x\n" + zero + " " + zero + " refs/y\n", k_now);
    REQUIRE(updates);
    REQUIRE(updates->size() == 1);
    CHECK(updates->front().after.text() == a);
}

TEST_CASE("every ref gets an event id of its own, of the push's time") {
    std::string input;
    for (int i = 0; i < 3000; ++i) {
        input.append(k_zero).append(" ").append(k_a).append(" refs/heads/");
        input.append(std::to_string(i)).append("\n");
    }
    const auto updates = ref_updates_from(input, k_now);
    REQUIRE(updates);
    std::set<std::string> ids;
    for (const auto& update : *updates) {
        CHECK(is_ulid(update.event.text()));
        CHECK(update.event.text().substr(0, 10) == make_ulid(k_now).substr(0, 10));
        ids.insert(update.event.text());
    }
    CHECK(ids.size() == 3000);
}

TEST_CASE("input that is not git's is an error that names the line") {
    CHECK(ref_updates_from("", k_now)->empty());
    CHECK_FALSE(ref_updates_from("\n", k_now));
    CHECK_FALSE(ref_updates_from(k_a + " " + k_b, k_now));
    CHECK_FALSE(ref_updates_from(k_a + " " + k_b + " ", k_now));
    CHECK_FALSE(ref_updates_from(k_a + "  " + k_b + " refs/heads/x\n", k_now));
    const auto updates = ref_updates_from(k_a + " " + k_b + " refs/heads/x\nnonsense\n", k_now);
    REQUIRE_FALSE(updates);
    CHECK(updates.error().message.find("line 2") != std::string::npos);
}

TEST_CASE("T028 of the environment only push options and who pushed are recorded") {
    const std::vector<const char*> environment = {
        "HTTP_AUTHORIZATION=Basic c2VjcmV0",
        "GIT_PUSH_OPTION_COUNT=2",
        "GIT_PUSH_OPTION_0=ci.skip",
        "GIT_PUSH_OPTION_1=",
        "GIT_PUSH_OPTION_2=not counted",
        "GL_USER=ann",
        "GL_USERNAME=",
        "REMOTE_USER=ann@acme.test",
        "LD_PRELOAD=/tmp/x.so",
        nullptr,
    };
    SpoolRecord record;
    describe_pusher(record, environment.data());
    CHECK(record.push_options == std::vector<std::string>{"ci.skip", ""});
    CHECK(record.push_options_dropped == 0);
    CHECK(record.hints ==
          std::vector<PusherHint>{{"GL_USER", "ann"}, {"REMOTE_USER", "ann@acme.test"}});
}

TEST_CASE("push options beyond the limits are counted, and a wild count is survived") {
    std::vector<std::string> entries = {"GIT_PUSH_OPTION_COUNT=150",
                                        "GIT_PUSH_OPTION_0=" + std::string(4097, 'x'),
                                        "GL_USER=" + std::string(300, 'u')};
    std::vector<const char*> environment;
    const auto describe = [&] {
        environment.clear();
        for (const auto& entry : entries) {
            environment.push_back(entry.c_str());
        }
        environment.push_back(nullptr);
        SpoolRecord record;
        describe_pusher(record, environment.data());
        return record;
    };
    const auto record = describe();
    CHECK(record.push_options.size() == SpoolLimits::k_push_options);
    CHECK(record.push_options_dropped == 50);
    CHECK(record.hints.at(0).value.size() == SpoolLimits::k_hint_bytes);
    entries[0] = "GIT_PUSH_OPTION_COUNT=18446744073709551615";
    CHECK(describe().push_options.size() == SpoolLimits::k_push_options);
    entries[0] = "GIT_PUSH_OPTION_COUNT=-1";
    CHECK(describe().push_options.empty());
}
