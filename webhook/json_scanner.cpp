#include "webhook/json_scanner.hpp"

#include <bit>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <optional>

namespace hookd::webhook {
namespace {

constexpr std::uint64_t k_ones = 0x0101010101010101U;
constexpr std::uint64_t k_tops = 0x8080808080808080U;

/// The top bit of each byte that is zero; right up to the lowest one that is.
std::uint64_t zero_bytes(std::uint64_t word) {
    return (word - k_ones) & ~word & k_tops;
}

/// How many bytes from here on are plain: ASCII, no quote, no backslash, no control character.
std::size_t plain_bytes(const char* at, const char* end) {
    const char* const start = at;
    if constexpr (std::endian::native == std::endian::little) {
        for (; end - at >= 8; at += 8) {
            std::uint64_t word = 0;
            std::memcpy(&word, at, sizeof word);
            const std::uint64_t quote = zero_bytes(word ^ (k_ones * '"'));
            const std::uint64_t backslash = zero_bytes(word ^ (k_ones * '\\'));
            const std::uint64_t control = (word - k_ones * 0x20) & ~word & k_tops;
            const std::uint64_t other = (word & k_tops) | quote | backslash | control;
            if (other != 0) {
                return static_cast<std::size_t>(at - start) +
                       static_cast<std::size_t>(std::countr_zero(other)) / 8;
            }
        }
    }
    while (at != end && static_cast<unsigned char>(*at) >= 0x20 &&
           static_cast<unsigned char>(*at) < 0x80 && *at != '"' && *at != '\\') {
        ++at;
    }
    return static_cast<std::size_t>(at - start);
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// The length of the UTF-8 sequence of a character beyond ASCII; 0 where it is none.
std::size_t sequence_length(const char* at, const char* end) {
    const auto byte = [at](std::size_t i) { return static_cast<unsigned char>(at[i]); };
    const auto follows = [&byte](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
    const auto left = static_cast<std::size_t>(end - at);
    const unsigned char first = byte(0);
    if (first >= 0xC2 && first <= 0xDF) {
        return left >= 2 && follows(1) ? 2 : 0;
    }
    if (first >= 0xE0 && first <= 0xEF) {
        const bool whole = left >= 3 && follows(1) && follows(2);
        const bool overlong = whole && first == 0xE0 && byte(1) < 0xA0;
        const bool surrogate = whole && first == 0xED && byte(1) > 0x9F;
        return whole && !overlong && !surrogate ? 3 : 0;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        const bool whole = left >= 4 && follows(1) && follows(2) && follows(3);
        const bool overlong = whole && first == 0xF0 && byte(1) < 0x90;
        const bool beyond = whole && first == 0xF4 && byte(1) > 0x8F;
        return whole && !overlong && !beyond ? 4 : 0;
    }
    return 0;
}

/// The value of the four hex digits of a `\u` escape.
std::optional<std::uint32_t> code_unit(const char* at, const char* end) {
    std::uint32_t value = 0;
    if (end - at < 4 || std::from_chars(at, at + 4, value, 16).ptr != at + 4) {
        return std::nullopt;
    }
    return value;
}

bool is_high_surrogate(std::uint32_t unit) {
    return unit >= 0xD800 && unit <= 0xDBFF;
}
bool is_low_surrogate(std::uint32_t unit) {
    return unit >= 0xDC00 && unit <= 0xDFFF;
}

void append_utf8(std::string& text, std::uint32_t code) {
    const auto put = [&text](std::uint32_t byte) { text.push_back(static_cast<char>(byte)); };
    if (code < 0x80) {
        put(code);
    } else if (code < 0x800) {
        put(0xC0 | code >> 6);
        put(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        put(0xE0 | code >> 12);
        put(0x80 | (code >> 6 & 0x3F));
        put(0x80 | (code & 0x3F));
    } else {
        put(0xF0 | code >> 18);
        put(0x80 | (code >> 12 & 0x3F));
        put(0x80 | (code >> 6 & 0x3F));
        put(0x80 | (code & 0x3F));
    }
}

char unescaped(char c) {
    switch (c) {
        case 'b':
            return '\b';
        case 'f':
            return '\f';
        case 'n':
            return '\n';
        case 'r':
            return '\r';
        case 't':
            return '\t';
        default:
            return c;
    }
}

constexpr std::string_view k_byte_order_mark = "\xEF\xBB\xBF";

}  // namespace

JsonScanner::JsonScanner(std::string_view text, std::size_t string_bytes)
    : begin_(text.data()),
      at_(text.data()),
      end_(text.data() + text.size()),
      string_bytes_(string_bytes) {
    if (text.starts_with(k_byte_order_mark)) {
        at_ += k_byte_order_mark.size();
    }
}

JsonScanner::Token JsonScanner::next() {
    skip_space();
    if (expect_ == Expect::more_or_end) {
        if (open_.empty()) {
            return at_ == end_ ? Token::end : refuse();
        }
        if (!is_at(',')) {
            return close();
        }
        ++at_;
        skip_space();
        expect_ = open_.back() == '{' ? Expect::name : Expect::value;
    }
    switch (expect_) {
        case Expect::name_or_end:
            return is_at('}') ? close() : scan_name();
        case Expect::name:
            return scan_name();
        case Expect::value_or_end:
            return is_at(']') ? close() : scan_value();
        case Expect::value:
        case Expect::more_or_end:
            break;
    }
    return scan_value();
}

std::string JsonScanner::decoded() const {
    std::string text;
    text.reserve(raw_.size());
    const char* at = raw_.data();
    const char* const end = at + raw_.size();
    while (at != end) {
        const auto* const escape =
            static_cast<const char*>(std::memchr(at, '\\', static_cast<std::size_t>(end - at)));
        if (escape == nullptr) {
            text.append(at, end);
            break;
        }
        text.append(at, escape);
        at = escape + 2;
        if (escape[1] != 'u') {
            text.push_back(unescaped(escape[1]));
            continue;
        }
        std::uint32_t code = code_unit(at, end).value_or(0);
        at += 4;
        if (is_high_surrogate(code)) {
            // The scan saw that the other half follows.
            const std::uint32_t low = code_unit(at + 2, end).value_or(0xDC00);
            code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
            at += 6;
        }
        append_utf8(text, code);
    }
    return text;
}

std::string JsonScanner::problem() const {
    switch (wrong_) {
        case Wrong::nul_in_string:
            return "a string holds a NUL";
        case Wrong::long_string:
            return "a string is longer than " + std::to_string(string_bytes_) + " bytes";
        case Wrong::big_number:
            return "a whole number does not fit into 64 bits";
        case Wrong::syntax:
            break;
    }
    return "not valid JSON at byte " + std::to_string(at_ - begin_ + 1);
}

void JsonScanner::skip_space() {
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) {
        ++at_;
    }
}

JsonScanner::Token JsonScanner::open(char kind, Expect expect, Token token) {
    ++at_;
    open_.push_back(kind);
    expect_ = expect;
    return token;
}

JsonScanner::Token JsonScanner::close() {
    const bool is_object = open_.back() == '{';
    if (!is_at(is_object ? '}' : ']')) {
        return refuse();
    }
    ++at_;
    open_.pop_back();
    expect_ = Expect::more_or_end;
    return is_object ? Token::object_end : Token::array_end;
}

JsonScanner::Token JsonScanner::scan_name() {
    if (!is_at('"')) {
        return refuse();
    }
    if (!scan_string()) {
        return Token::invalid;
    }
    skip_space();
    if (!is_at(':')) {
        return refuse();
    }
    ++at_;
    expect_ = Expect::value;
    return Token::name;
}

JsonScanner::Token JsonScanner::scan_value() {
    if (at_ == end_) {
        return refuse();
    }
    expect_ = Expect::more_or_end;
    switch (*at_) {
        case '{':
            return open('{', Expect::name_or_end, Token::object_start);
        case '[':
            return open('[', Expect::value_or_end, Token::array_start);
        case '"':
            return scan_string() ? Token::string : Token::invalid;
        case 't':
            return scan_word("true", Token::true_);
        case 'f':
            return scan_word("false", Token::false_);
        case 'n':
            return scan_word("null", Token::null);
        default:
            return scan_number();
    }
}

JsonScanner::Token JsonScanner::scan_word(std::string_view word, Token token) {
    if (!std::string_view(at_, end_).starts_with(word)) {
        return refuse();
    }
    at_ += word.size();
    return token;
}

bool JsonScanner::skip_digits() {
    const char* const start = at_;
    while (at_ != end_ && is_digit(*at_)) {
        ++at_;
    }
    return at_ != start;
}

JsonScanner::Token JsonScanner::scan_number() {
    const char* const start = at_;
    const bool is_negative = is_at('-');
    at_ += is_negative ? 1 : 0;
    if (is_at('0')) {
        ++at_;
    } else if (!skip_digits()) {
        return refuse();
    }
    if (is_at('.') || is_at('e') || is_at('E')) {
        return scan_real(start);
    }
    const std::errc error = is_negative ? std::from_chars(start, at_, integer_).ec
                                        : std::from_chars(start, at_, unsigned_).ec;
    if (error != std::errc{}) {
        // Rounded, it would be another id.
        return refuse(Wrong::big_number);
    }
    return is_negative ? Token::integer : Token::unsigned_;
}

JsonScanner::Token JsonScanner::scan_real(const char* start) {
    if (is_at('.')) {
        ++at_;
        if (!skip_digits()) {
            return refuse();
        }
    }
    if (is_at('e') || is_at('E')) {
        ++at_;
        at_ += is_at('+') || is_at('-') ? 1 : 0;
        if (!skip_digits()) {
            return refuse();
        }
    }
    if (std::from_chars(start, at_, real_).ec != std::errc{}) {
        // Too large or too small; the smallest are as good as nothing.
        real_ = std::strtod(std::string(start, at_).c_str(), nullptr);
        if (!std::isfinite(real_)) {
            return refuse();
        }
    }
    return Token::real;
}

bool JsonScanner::scan_string() {
    const char* const start = ++at_;
    has_escapes_ = false;
    for (;;) {
        at_ += plain_bytes(at_, end_);
        if (static_cast<std::size_t>(at_ - start) > string_bytes_) {
            static_cast<void>(refuse(Wrong::long_string));
            return false;
        }
        if (at_ == end_) {
            break;
        }
        if (*at_ == '"') {
            raw_ = {start, static_cast<std::size_t>(at_ - start)};
            ++at_;
            return true;
        }
        if (*at_ == '\\') {
            has_escapes_ = true;
            if (!skip_escape()) {
                return false;
            }
            continue;
        }
        // Nothing of a control character, whose first byte is no first byte of a sequence.
        const std::size_t length = sequence_length(at_, end_);
        if (length == 0) {
            break;
        }
        at_ += length;
    }
    static_cast<void>(refuse());
    return false;
}

bool JsonScanner::skip_escape() {
    constexpr std::string_view k_short = "\"\\/bfnrt";
    const auto wrong = [this](Wrong what) {
        static_cast<void>(refuse(what));
        return false;
    };
    if (end_ - at_ < 2) {
        return wrong(Wrong::syntax);
    }
    if (at_[1] != 'u') {
        const bool known = k_short.find(at_[1]) != std::string_view::npos;
        at_ += known ? 2 : 0;
        return known || wrong(Wrong::syntax);
    }
    const auto unit = code_unit(at_ + 2, end_);
    if (!unit || is_low_surrogate(*unit)) {
        return wrong(Wrong::syntax);
    }
    if (*unit == 0) {
        return wrong(Wrong::nul_in_string);
    }
    if (is_high_surrogate(*unit)) {
        const bool escape_follows = end_ - at_ >= 12 && at_[6] == '\\' && at_[7] == 'u';
        const auto low = escape_follows ? code_unit(at_ + 8, end_) : std::nullopt;
        if (!low || !is_low_surrogate(*low)) {
            return wrong(Wrong::syntax);
        }
        at_ += 6;
    }
    at_ += 6;
    return true;
}

JsonScanner::Token JsonScanner::refuse(Wrong wrong) {
    wrong_ = wrong;
    return Token::invalid;
}

}  // namespace hookd::webhook
