#include "core/base/text.hpp"

#include "tests/support/catch.hpp"

#include <array>
#include <limits>
#include <string>

using namespace hookd;
using namespace std::string_literals;

namespace {

const std::string k_replaced = "\xEF\xBF\xBD";

}  // namespace

TEST_CASE("the first and last character of each UTF-8 length is valid") {
    for (const std::string& good :
         {"\0"s, "\x7F"s, "\xC2\x80"s, "\xDF\xBF"s, "\xE0\xA0\x80"s, "\xED\x9F\xBF"s,
          "\xEE\x80\x80"s, "\xEF\xBF\xBF"s, "\xF0\x90\x80\x80"s, "\xF4\x8F\xBF\xBF"s}) {
        CHECK(is_valid_utf8(good));
        CHECK(is_valid_utf8("a" + good + "b"));
        CHECK(to_valid_utf8(good) == good);
    }
}

TEST_CASE("overlong forms, surrogates, too large codes and stray bytes are not UTF-8") {
    for (const std::string& bad : {
             "\x80"s,              // continuation alone
             "\xBF"s,              //
             "\xC0\x80"s,          // overlong NUL
             "\xC1\xBF"s,          // overlong DEL
             "\xE0\x9F\xBF"s,      // overlong in three
             "\xF0\x8F\xBF\xBF"s,  // overlong in four
             "\xED\xA0\x80"s,      // first surrogate
             "\xED\xBF\xBF"s,      // last surrogate
             "\xF4\x90\x80\x80"s,  // U+110000
             "\xF5\x80\x80\x80"s,  //
             "\xF8\x88\x80\x80\x80"s,
             "\xFE"s,
             "\xFF"s,
         }) {
        CHECK_FALSE(is_valid_utf8(bad));
        CHECK_FALSE(is_valid_utf8("a" + bad + "b"));
        const std::string repaired = to_valid_utf8("a" + bad + "b");
        CHECK(is_valid_utf8(repaired));
        CHECK(repaired.front() == 'a');
        CHECK(repaired.back() == 'b');
        CHECK(repaired.find(k_replaced) == 1);
    }
}

TEST_CASE("a character that the end cuts off is not UTF-8") {
    const std::string whole = "\xF0\x9F\x98\x80";
    for (std::size_t size = 1; size < whole.size(); ++size) {
        const std::string cut = whole.substr(0, size);
        CHECK_FALSE(is_valid_utf8(cut));
        CHECK(is_valid_utf8(to_valid_utf8(cut)));
        CHECK(to_valid_utf8(cut + "z").back() == 'z');
    }
    CHECK(to_valid_utf8("\xE2\x82\xE2\x82\xAC") == k_replaced + k_replaced + "\xE2\x82\xAC");
}

TEST_CASE("text for a terminal keeps letters, tabs and newlines") {
    CHECK(printable("a\tb\nc") == "a\tb\nc");
    CHECK(printable("\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80") ==
          "\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80");
    CHECK(printable("\xC2\xA0") == "\xC2\xA0");  // the first character behind C1
    CHECK(printable("").empty());
}

TEST_CASE("T065 no control byte and no change of direction reaches a terminal") {
    for (int code = 0; code < 0x20; ++code) {
        if (code != '\t' && code != '\n') {
            CHECK(printable(std::string(1, static_cast<char>(code))) == k_replaced);
        }
    }
    CHECK(printable("\x7F") == k_replaced);
    for (int code = 0x80; code < 0xA0; ++code) {  // C1, in UTF-8 and as a raw byte
        CHECK(printable("\xC2"s + static_cast<char>(code)) == k_replaced);
        CHECK(printable(std::string(1, static_cast<char>(code))) == k_replaced);
    }
    for (const std::string& mark : {"\xD8\x9C"s, "\xE2\x80\x8E"s, "\xE2\x80\x8F"s, "\xE2\x80\xAA"s,
                                    "\xE2\x80\xAE"s, "\xE2\x81\xA6"s, "\xE2\x81\xA9"s}) {
        CHECK(printable("a" + mark + "b") == "a" + k_replaced + "b");
    }
    CHECK(printable("\x1B]0;title\x07") == k_replaced + "]0;title" + k_replaced);
    CHECK(printable("ok\rforged") == "ok" + k_replaced + "forged");
    CHECK(printable_line("a\nb\tc\x1B[2J") == "a b c" + k_replaced + "[2J");
}

TEST_CASE("a JSON literal is one printable line whatever the bytes") {
    CHECK(json_literal("plain") == R"("plain")");
    CHECK(json_literal("") == R"("")");
    CHECK(json_literal("say \"hi\" \\ back") == R"("say \"hi\" \\ back")");
    CHECK(json_literal("a\nb\tc\r"s + '\0') == R"("a\nb\u0009c\u000d\u0000")");
    CHECK(json_literal("\x7F\xC2\x9B\xE2\x80\xAE") == R"("\u007f\u009b\u202e")");
    CHECK(json_literal("\xC3\xA9\xFF") == "\"\xC3\xA9" + k_replaced + "\"");
}

TEST_CASE("hex is lower case, even and complete") {
    const std::array<std::uint8_t, 4> bytes = {0x00, 0x0F, 0xA5, 0xFF};
    CHECK(to_hex(bytes) == "000fa5ff");
    REQUIRE(from_hex("000fa5ff"));
    CHECK(*from_hex("000fa5ff") == std::vector<std::uint8_t>(bytes.begin(), bytes.end()));
    CHECK(from_hex("")->empty());
    for (const auto* bad : {"0", "abc", "0g", "AB", " 00", "0x00", "00\n", "\xC3\xA9"}) {
        CHECK_FALSE(from_hex(bad));
    }
}

TEST_CASE("a number is digits only and fits") {
    CHECK(parse_number("0") == 0U);
    CHECK(parse_number("007") == 7U);
    CHECK(parse_number("18446744073709551615") == std::numeric_limits<std::uint64_t>::max());
    for (const auto* bad : {"", "18446744073709551616", "99999999999999999999999", "-1", "+1", " 1",
                            "1 ", "1.0", "1e3", "0x10", "one"}) {
        CHECK_FALSE(parse_number(bad));
    }
    CHECK_FALSE(parse_number("1\0"s));
}

TEST_CASE("splitting keeps empty parts, and joins back to the same text") {
    using Parts = std::vector<std::string_view>;
    CHECK(split("", ',') == Parts{""});
    CHECK(split("a", ',') == Parts{"a"});
    CHECK(split(",", ',') == Parts{"", ""});
    CHECK(split("a,,b,", ',') == Parts{"a", "", "b", ""});
}

TEST_CASE("trimming takes blanks off both ends only") {
    CHECK(trim("").empty());
    CHECK(trim(" \t\r\n").empty());
    CHECK(trim("\n a b \r\n") == "a b");
    CHECK(trim("a") == "a");
    CHECK(trim("\xC2\xA0x") == "\xC2\xA0x");
}

TEST_CASE("the nearest word is offered only where it is near") {
    const std::array<std::string_view, 4> keys = {"branches", "paths", "timeout", "needs"};
    CHECK(nearest("branch", keys) == std::optional<std::string_view>("branches"));
    CHECK(nearest("timout", keys) == std::optional<std::string_view>("timeout"));
    CHECK(nearest("path", keys) == std::optional<std::string_view>("paths"));
    CHECK(nearest("paths", keys) == std::optional<std::string_view>("paths"));
    CHECK_FALSE(nearest("something", keys));
    CHECK_FALSE(nearest("", keys));
    CHECK_FALSE(nearest("x", std::span<const std::string_view>()));
    const std::array<std::string_view, 2> short_keys = {"if", "on"};
    CHECK(nearest("in", short_keys) == std::optional<std::string_view>("if"));
}
