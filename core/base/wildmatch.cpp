#include "core/base/wildmatch.hpp"

#include <cstddef>
#include <optional>

namespace hookd {
namespace {

/// Enough for any honest pattern; a hostile one stops here instead of taking exponential time.
constexpr std::size_t k_max_steps = 200'000;
/// Each star may take a level of the stack.
constexpr std::size_t k_max_pattern_bytes = 4096;

/// Nothing if there is no such class.
std::optional<bool> is_in_class(std::string_view name, unsigned char c) {
    const bool lower = c >= 'a' && c <= 'z';
    const bool upper = c >= 'A' && c <= 'Z';
    const bool digit = c >= '0' && c <= '9';
    const bool graph = c > 0x20 && c < 0x7F;
    if (name == "alnum") {
        return lower || upper || digit;
    }
    if (name == "alpha") {
        return lower || upper;
    }
    if (name == "blank") {
        return c == ' ' || c == '\t';
    }
    if (name == "cntrl") {
        return c < 0x20 || c == 0x7F;
    }
    if (name == "digit") {
        return digit;
    }
    if (name == "graph") {
        return graph;
    }
    if (name == "lower") {
        return lower;
    }
    if (name == "print") {
        return graph || c == ' ';
    }
    if (name == "punct") {
        return graph && !lower && !upper && !digit;
    }
    if (name == "space") {
        return c == ' ' || (c >= '\t' && c <= '\r');
    }
    if (name == "upper") {
        return upper;
    }
    if (name == "xdigit") {
        return digit || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    }
    return std::nullopt;
}

/// Reads the bracket expression that starts behind '[' at `at` and moves `at` behind its ']'.
/// Returns whether `c` is in it; nothing if the expression does not end or names no class.
std::optional<bool> match_bracket(std::string_view pattern, std::size_t& at, unsigned char c) {
    bool negated = false;
    if (at < pattern.size() && (pattern[at] == '!' || pattern[at] == '^')) {
        negated = true;
        ++at;
    }
    bool found = false;
    int previous = -1;  // the byte that a following '-' starts a range from
    for (bool first = true;; first = false) {
        if (at >= pattern.size()) {
            return std::nullopt;
        }
        auto low = static_cast<unsigned char>(pattern[at]);
        if (low == ']' && !first) {
            ++at;
            return found != negated;
        }
        if (low == '[' && at + 1 < pattern.size() && pattern[at + 1] == ':') {
            const std::size_t end = pattern.find(']', at + 2);
            if (end == std::string_view::npos) {
                return std::nullopt;
            }
            // "[:" without ":]" is two ordinary bytes.
            if (end > at + 2 && pattern[end - 1] == ':') {
                const auto in = is_in_class(pattern.substr(at + 2, end - at - 3), c);
                if (!in) {
                    return std::nullopt;
                }
                found = found || *in;
                at = end + 1;
                previous = -1;
                continue;
            }
        }
        const bool range =
            low == '-' && previous >= 0 && at + 1 < pattern.size() && pattern[at + 1] != ']';
        if (range) {
            ++at;
            low = static_cast<unsigned char>(pattern[at]);
        }
        if (low == '\\') {
            if (++at >= pattern.size()) {
                return std::nullopt;
            }
            low = static_cast<unsigned char>(pattern[at]);
        }
        ++at;
        found = found || (range ? c >= previous && c <= low : c == low);
        previous = range ? -1 : low;
    }
}

class Matcher {
  public:
    Matcher(std::string_view pattern, std::string_view text) : pattern_(pattern), text_(text) {}

    bool match(std::size_t p, std::size_t t) {
        while (p < pattern_.size()) {
            if (++steps_ > k_max_steps) {
                return false;
            }
            if (pattern_[p] == '*') {
                return match_star(p, t);
            }
            if (t >= text_.size()) {
                return false;
            }
            const auto c = static_cast<unsigned char>(text_[t]);
            switch (pattern_[p]) {
                case '?':
                    if (c == '/') {
                        return false;
                    }
                    ++p;
                    break;
                case '[': {
                    ++p;
                    const auto in = match_bracket(pattern_, p, c);
                    if (!in || !*in || c == '/') {
                        return false;
                    }
                    break;
                }
                case '\\':
                    if (++p >= pattern_.size()) {
                        return false;
                    }
                    [[fallthrough]];
                default:
                    if (static_cast<unsigned char>(pattern_[p]) != c) {
                        return false;
                    }
                    ++p;
            }
            ++t;
        }
        return t == text_.size();
    }

  private:
    bool match_star(std::size_t p, std::size_t t) {
        const std::size_t first = p;
        while (p < pattern_.size() && pattern_[p] == '*') {
            ++p;
        }
        // Two stars cross slashes only where they fill a whole segment: "**/", "/**", "/**/".
        const bool starts_segment = first == 0 || pattern_[first - 1] == '/';
        const bool ends_segment =
            p == pattern_.size() || pattern_[p] == '/' || pattern_.substr(p, 2) == "\\/";
        const bool crosses = p - first >= 2 && starts_segment && ends_segment;
        if (crosses && p < pattern_.size() && pattern_[p] == '/' && match(p + 1, t)) {
            return true;  // "**/" stands for no folder at all
        }
        for (; t <= text_.size(); ++t) {
            if (match(p, t)) {
                return true;
            }
            if (steps_ > k_max_steps || t == text_.size() || (!crosses && text_[t] == '/')) {
                return false;
            }
        }
        return false;
    }

    std::string_view pattern_;
    std::string_view text_;
    std::size_t steps_ = 0;
};

}  // namespace

bool wildmatch(std::string_view pattern, std::string_view text) {
    return pattern.size() <= k_max_pattern_bytes && Matcher(pattern, text).match(0, 0);
}

bool wildmatch_list(std::span<const std::string> patterns, std::string_view text) {
    bool included = patterns.empty() || patterns.front().starts_with('!');
    for (const std::string_view pattern : patterns) {
        const bool excludes = pattern.starts_with('!');
        if (excludes == included && wildmatch(pattern.substr(excludes ? 1 : 0), text)) {
            included = !excludes;
        }
    }
    return included;
}

}  // namespace hookd
