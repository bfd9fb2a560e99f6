#include "hooks/spool_record.hpp"

#include "hooks/line_text.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/hooks/sample_record.hpp"

using namespace hookd;
using namespace hookd::hooks;
using hookd::test::sample_record;

namespace {

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("T024 a word keeps every byte and has one form only") {
    std::string all;
    for (int byte = 0; byte < 256; ++byte) {
        all += static_cast<char>(byte);
    }
    const auto word = encode_word(all);
    CHECK(word.find_first_of(" \n\r\t") == std::string::npos);
    CHECK(decode_word(word) == all);
    CHECK(encode_word("refs/heads/main") == "refs/heads/main");
    CHECK(decode_word("") == "");
    CHECK_FALSE(decode_word("%0a"));  // lower case
    CHECK_FALSE(decode_word("%41"));  // stands for itself
    CHECK_FALSE(decode_word("a%"));   // cut
    CHECK_FALSE(decode_word("a%2"));  // cut
    CHECK_FALSE(decode_word("a b"));
    CHECK_FALSE(decode_word("\xFF"));
}

TEST_CASE("T024 a spool record with hostile bytes is read back as it was written") {
    const auto record = sample_record();
    const auto text = to_text(record);
    for (const char byte : text) {
        CHECK((byte == '\n' || (byte >= ' ' && byte <= '~')));
    }
    const auto back = spool_record_from(text);
    REQUIRE(back);
    CHECK(*back == record);
}

TEST_CASE("T078 a spool file that was cut at any byte is refused") {
    const auto text = to_text(sample_record());
    for (std::size_t size = 0; size < text.size(); ++size) {
        CAPTURE(size);
        const auto cut = spool_record_from(std::string_view(text).substr(0, size));
        REQUIRE_FALSE(cut);
        CHECK(cut.error().code == ErrorCode::invalid);
    }
}

TEST_CASE("T078 a spool file with any one byte changed gives no other record with the same refs") {
    // A flipped byte may still be a valid record (another digit), but never a damaged one that
    // reads as the original.
    const auto record = sample_record();
    const auto text = to_text(record);
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto changed = text;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        const auto back = spool_record_from(changed);
        CHECK((!back || *back != record));
    }
}

TEST_CASE("a spool file in any other form than the hook's is refused") {
    const auto text = to_text(sample_record());
    const auto is_refused = [](const std::string& changed) {
        const auto back = spool_record_from(changed);
        CHECK_FALSE(back);
        return !back && back.error().message.find('\n') == std::string::npos;
    };
    CHECK(is_refused(text + "\n"));
    CHECK(is_refused(text + "update"));
    CHECK(is_refused(text + text));
    CHECK(is_refused(replaced(text, "hookd-spool 1", "hookd-spool 2")));
    CHECK(is_refused(replaced(text, "uid 1001", "uid 01001")));
    CHECK(is_refused(replaced(text, "uid 1001", "uid 4294967296")));
    CHECK(is_refused(replaced(text, "uid 1001", "uid -1")));
    CHECK(is_refused(replaced(text, "repository /srv", "repository srv")));
    CHECK(is_refused(replaced(text, "repository /srv", "repository /%00srv")));
    CHECK(is_refused(replaced(text, "01JDA0V5T1M3W9T7C1N6Z4Q8RB", "../../../../../etc/passwd")));
    CHECK(is_refused(replaced(text, "01JDA0V5T1M3W9T7C1N6Z4Q8RC", "01jda0v5t1m3w9t7c1n6z4q8rc")));
    CHECK(is_refused(replaced(text, std::string(40, 'a'), std::string(40, 'A'))));
    CHECK(is_refused(replaced(text, std::string(40, 'a'), std::string(39, 'a'))));
    CHECK(is_refused(replaced(text, std::string(40, 'a'), std::string(64, 'a'))));
    CHECK(is_refused(replaced(text, "option ci.skip\n", "")));  // the count no longer fits
    CHECK(is_refused(replaced(text, "\nend ", "\n end ")));
    CHECK(is_refused(replaced(text, "\n", "\r\n")));
    CHECK(is_refused(std::string("hookd-spool 1\n\0", 15)));
}

TEST_CASE("a spool file beyond a limit is refused") {
    const auto with = [](auto change) {
        auto record = sample_record();
        change(record);
        return spool_record_from(to_text(record));
    };
    const std::string long_ref = "refs/heads/" + std::string(SpoolLimits::k_ref_bytes - 11, 'x');
    CHECK(with([&](auto& r) { r.updates[0].ref = long_ref; }));
    CHECK_FALSE(with([&](auto& r) { r.updates[0].ref = long_ref + "x"; }));
    CHECK_FALSE(with([&](auto& r) { r.updates.clear(); }));
    CHECK_FALSE(with([&](auto& r) { r.repository = "/" + std::string(4096, 'x'); }));
    CHECK_FALSE(with([&](auto& r) { r.hints.resize(9, {"A", "b"}); }));
    CHECK_FALSE(with([&](auto& r) { r.hints[0].value = std::string(256, 'x'); }));
    CHECK_FALSE(with([&](auto& r) { r.push_options.resize(101); }));
    CHECK_FALSE(with([&](auto& r) { r.push_options[0] = std::string(4097, 'x'); }));
    CHECK_FALSE(
        with([&](auto& r) { r.updates.resize(SpoolLimits::k_updates + 1, r.updates.front()); }));
}

TEST_CASE("T100 the name of a spool file is made of its id alone") {
    CHECK(spool_file_name(sample_record()) == "01JDA0V5T1M3W9T7C1N6Z4Q8RB.push");
    CHECK(id_of_spool_file("01JDA0V5T1M3W9T7C1N6Z4Q8RB.push") == "01JDA0V5T1M3W9T7C1N6Z4Q8RB");
    CHECK(id_of_spool_file("../01JDA0V5T1M3W9T7C1N6Z4Q8RB.push").empty());
    CHECK(id_of_spool_file("01JDA0V5T1M3W9T7C1N6Z4Q8RB").empty());
    CHECK(id_of_spool_file("x.push").empty());
    CHECK(id_of_spool_file(".push").empty());
}
