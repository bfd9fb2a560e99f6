#include "webhook/json_scanner.hpp"

#include "webhook/json_string.hpp"

#include <charconv>
#include <cmath>
#include <cstdlib>

namespace hookd::webhook {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
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
    return json_string::decode(raw_);
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
        at_ += json_string::plain_bytes(at_, end_);
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
        const std::size_t length = json_string::sequence_length(at_, end_);
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
    const auto unit = json_string::code_unit(at_ + 2, end_);
    if (!unit || json_string::is_low_surrogate(*unit)) {
        return wrong(Wrong::syntax);
    }
    if (*unit == 0) {
        return wrong(Wrong::nul_in_string);
    }
    if (json_string::is_high_surrogate(*unit)) {
        const bool escape_follows = end_ - at_ >= 12 && at_[6] == '\\' && at_[7] == 'u';
        const auto low = escape_follows ? json_string::code_unit(at_ + 8, end_) : std::nullopt;
        if (!low || !json_string::is_low_surrogate(*low)) {
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
