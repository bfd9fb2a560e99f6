#include "hooks/post_receive/report.hpp"

#include "core/base/text.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/hooks/sample_record.hpp"

using namespace hookd;
using namespace hookd::hooks;
using hookd::test::sample_record;

namespace {

SpoolRecord push_of(std::size_t refs) {
    auto record = sample_record();
    record.push_options_dropped = 0;
    record.updates.front().ref = "refs/heads/main";
    record.updates.resize(refs, record.updates.front());
    return record;
}

SpoolAnswer answer_of(std::size_t refs) {
    SpoolAnswer answer;
    answer.refs.resize(refs, {RefAnswer::What::queued,
                              EventId("01JDA0V5T1M3W9T7C1N6Z4Q8RC"),
                              {"checks", "release"},
                              ""});
    return answer;
}

}  // namespace

TEST_CASE("one ref is reported with its event and the rules that run") {
    CHECK(report_answer(push_of(1), answer_of(1)) ==
          "hookd: queued event 01JDA0V5T1M3W9T7C1N6Z4Q8RC (checks, release)\n");
    auto answer = answer_of(1);
    answer.refs[0].rules.clear();
    CHECK(report_answer(push_of(1), answer) ==
          "hookd: event 01JDA0V5T1M3W9T7C1N6Z4Q8RC recorded, no rule wants it\n");
    answer.refs[0].what = RefAnswer::What::duplicate;
    CHECK(report_answer(push_of(1), answer) ==
          "hookd: event 01JDA0V5T1M3W9T7C1N6Z4Q8RC was known already\n");
    answer.refs[0] = {RefAnswer::What::left_out, {}, {}, "no such object"};
    CHECK(report_answer(push_of(1), answer) == "hookd: left out: no such object\n");
}

TEST_CASE("T029 of 3,000 refs ten are reported in full") {
    const auto text = report_answer(push_of(3000), answer_of(10));
    CHECK(split(text, '\n').size() == 12);
    CHECK(
        text.starts_with("hookd: queued event 01JDA0V5T1M3W9T7C1N6Z4Q8RC for refs/heads/main "
                         "(checks, release)\n"));
    CHECK(text.ends_with("hookd: and 2990 more\n"));
}

TEST_CASE("nobody there, nobody in time and not now are three different sentences") {
    CHECK(report_answer(push_of(3), fail(ErrorCode::unavailable, "")) ==
          "hookd: not running; kept 3 events, they will run when it is back\n");
    CHECK(report_answer(push_of(1), fail(ErrorCode::unavailable, "")) ==
          "hookd: not running; kept 1 event, it will run when it is back\n");
    CHECK(report_answer(push_of(1), fail(ErrorCode::timeout, "")) ==
          "hookd: busy; kept 1 event, it will run soon\n");
    CHECK(report_answer(push_of(2), fail(ErrorCode::denied, "")) ==
          "hookd: kept 2 events, they will run soon\n");
    SpoolAnswer answer;
    answer.verdict = SpoolAnswer::Verdict::kept;
    answer.reason = "the disk is full";
    CHECK(report_answer(push_of(2), answer) ==
          "hookd: kept 2 events, they will run later: the disk is full\n");
    answer.verdict = SpoolAnswer::Verdict::refused;
    answer.reason = "unknown repository";
    CHECK(report_answer(push_of(2), answer) ==
          "hookd: refused 2 events of this push: unknown repository; tell the administrator of "
          "this server\n");
}

TEST_CASE("T024 what the pusher reads is bounded and has no control bytes in it") {
    auto record = push_of(3000);
    auto answer = answer_of(10);
    for (auto& update : record.updates) {
        update.ref = "refs/heads/\x1b]0;title\x07" + std::string(4000, '\xFF');
    }
    for (auto& ref : answer.refs) {
        ref.rules.assign(20, "rule\r\nremote: " + std::string(500, 'r'));
    }
    const auto text = report_answer(record, answer);
    CHECK(text.size() <= k_report_bytes);
    CHECK(is_valid_utf8(text));
    for (const char byte : text) {
        CHECK((byte == '\n' || static_cast<unsigned char>(byte) >= ' '));
    }
    for (const auto line : split(text, '\n')) {
        CHECK((line.empty() || line.starts_with("hookd: ")));
    }
}

TEST_CASE("T030 a push that is not recorded is said plainly, with what to do") {
    const auto text = report_unrecorded({ErrorCode::unavailable, "No space left on device"});
    CHECK(text ==
          "hookd: could not record this push: No space left on device\n"
          "hookd: the push itself stands, but nothing will run for it; tell the administrator of "
          "this server\n");
}

TEST_CASE("push options that were left out are said") {
    auto record = push_of(1);
    record.push_options_dropped = 7;
    CHECK(report_answer(record, answer_of(1)).find("left out 7 push options") != std::string::npos);
}

TEST_CASE("an answer travels as text and is refused where it is cut") {
    auto answer = answer_of(2);
    answer.refs[0].rules = {"with space", "x\ny"};
    answer.refs[1] = {RefAnswer::What::left_out, {}, {}, "because\nof this"};
    const auto text = to_text(answer);
    CHECK(spool_answer_from(text) == answer);
    for (std::size_t size = 0; size < text.size(); ++size) {
        CHECK_FALSE(spool_answer_from(text.substr(0, size)));
    }
    CHECK(spool_answer_from(to_text(answer_of(3000)))->refs.size() == SpoolAnswer::k_most_refs);
}
