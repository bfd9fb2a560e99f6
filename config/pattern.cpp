#include "config/pattern.hpp"

#include "config/message.hpp"

#include <string>

namespace hookd::config {
namespace {

constexpr std::size_t k_longest = 1024;

/// Where the bracket expression that begins at `at` ends (behind its ']'); npos: nowhere.
std::size_t end_of_bracket(std::string_view pattern, std::size_t at) {
    ++at;
    if (at < pattern.size() && (pattern[at] == '!' || pattern[at] == '^')) {
        ++at;
    }
    for (bool first = true; at < pattern.size(); first = false) {
        if (pattern[at] == ']' && !first) {
            return at + 1;
        }
        if (pattern.substr(at, 2) == "[:") {
            const std::size_t end = pattern.find(":]", at + 2);
            at = end == std::string_view::npos ? at + 1 : end + 2;
        } else {
            at += pattern[at] == '\\' ? 2 : 1;
        }
    }
    return std::string_view::npos;
}

Status check_syntax(std::string_view pattern) {
    for (std::size_t at = 0; at < pattern.size();) {
        if (pattern[at] == '[') {
            at = end_of_bracket(pattern, at);
            if (at == std::string_view::npos) {
                return fail(ErrorCode::invalid, "has a [ without its ]: write \\[ for the byte");
            }
        } else if (pattern[at] == '\\') {
            if (at + 1 == pattern.size()) {
                return fail(ErrorCode::invalid, "ends in a lone \\: write \\\\ for the byte");
            }
            at += 2;
        } else {
            ++at;
        }
    }
    return {};
}

Status check_start(std::string_view pattern, PatternKind kind) {
    if (kind == PatternKind::branch && pattern.starts_with("refs/heads/")) {
        return fail(ErrorCode::invalid,
                    "can match no branch: leave \"refs/heads/\" out, as in " +
                        quote(pattern.substr(std::string_view("refs/heads/").size())));
    }
    if (kind == PatternKind::tag && pattern.starts_with("refs/tags/")) {
        return fail(ErrorCode::invalid,
                    "can match no tag: leave \"refs/tags/\" out, as in " +
                        quote(pattern.substr(std::string_view("refs/tags/").size())));
    }
    if (kind != PatternKind::label && pattern.starts_with('/')) {
        return fail(ErrorCode::invalid, "can match nothing: no name begins with \"/\"");
    }
    return {};
}

}  // namespace

Status check_pattern(std::string_view pattern, PatternKind kind) {
    const std::string subject = "the pattern " + quote(pattern);
    if (pattern.size() > k_longest) {
        return fail(ErrorCode::invalid,
                    subject + " is longer than " + std::to_string(k_longest) + " bytes");
    }
    if (pattern.starts_with('!')) {
        pattern.remove_prefix(1);
    }
    if (pattern.empty()) {
        return fail(ErrorCode::invalid, subject + " is empty: a pattern must follow the !");
    }
    Status status = check_syntax(pattern);
    if (status) {
        status = check_start(pattern, kind);
    }
    return status ? status : fail(ErrorCode::invalid, subject + " " + status.error().message);
}

}  // namespace hookd::config
