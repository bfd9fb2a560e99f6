#include "core/model/names.hpp"

#include "core/base/text.hpp"

#include <algorithm>

namespace hookd {
namespace {

constexpr std::string_view k_branches = "refs/heads/";
constexpr std::string_view k_tags = "refs/tags/";

bool is_name_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("._~+-").find(c) != std::string_view::npos;
}

bool is_segment(std::string_view segment) {
    return !segment.empty() && segment.front() != '-' && segment.back() != '.' &&
           segment != ".git" && !segment.ends_with(".lock") &&
           std::all_of(segment.begin(), segment.end(), is_name_byte);
}

}  // namespace

Result<RepositoryName> RepositoryName::parse(std::string_view text) {
    const auto segments = split(text, '/');
    if (text.size() > 255 || !std::all_of(segments.begin(), segments.end(), is_segment)) {
        return fail(ErrorCode::invalid,
                    "\"" + printable_line(text.substr(0, 255)) +
                        "\" is no repository name: segments of letters, digits and ._~+- joined "
                        "by \"/\", none starting with \"-\" or ending in \".\"");
    }
    RepositoryName name;
    name.text_ = text;
    return name;
}

Result<ObjectId> ObjectId::parse(std::string_view text) {
    const bool digits = text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
    if ((text.size() != 40 && text.size() != 64) || !digits) {
        return fail(ErrorCode::invalid, "\"" + printable_line(text.substr(0, 80)) +
                                            "\" is no object id of 40 or 64 hex digits");
    }
    ObjectId id;
    id.text_ = text;
    return id;
}

bool ObjectId::is_zero() const {
    return text_.find_first_not_of('0') == std::string::npos;
}

std::string_view branch_of(std::string_view ref) {
    return ref.starts_with(k_branches) ? ref.substr(k_branches.size()) : std::string_view{};
}

std::string_view tag_of(std::string_view ref) {
    return ref.starts_with(k_tags) ? ref.substr(k_tags.size()) : std::string_view{};
}

}  // namespace hookd
