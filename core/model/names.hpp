#pragma once

#include "core/base/result.hpp"

#include <string>
#include <string_view>

namespace hookd {

/// The name of a repository in our configuration: segments of `A-Za-z0-9._~+-` joined by '/',
/// none empty, ".git", starting with '-', or ending in '.' (so neither `.` nor `..`) or ".lock";
/// at most 255 bytes. Compared byte for byte. **Source:** threats.md T026.
class RepositoryName {
  public:
    RepositoryName() = default;
    /// **Errors:** invalid, with what is allowed.
    [[nodiscard]] static Result<RepositoryName> parse(std::string_view text);
    [[nodiscard]] const std::string& text() const { return text_; }
    auto operator<=>(const RepositoryName&) const = default;

  private:
    std::string text_;
};

/// 40 or 64 lower-case hex digits: the name of a git object, or all zeros for "none".
class ObjectId {
  public:
    ObjectId() = default;
    /// **Errors:** invalid.
    [[nodiscard]] static Result<ObjectId> parse(std::string_view text);
    [[nodiscard]] const std::string& text() const { return text_; }
    /// All zeros: the ref was not there, or is gone. A default-made id is zero too, with no digits.
    [[nodiscard]] bool is_zero() const;
    [[nodiscard]] std::string short_text() const { return text_.substr(0, 10); }
    auto operator<=>(const ObjectId&) const = default;

  private:
    std::string text_;
};

/// "main" of "refs/heads/main", "v1" of "refs/tags/v1"; empty for any other ref.
[[nodiscard]] std::string_view branch_of(std::string_view ref);
[[nodiscard]] std::string_view tag_of(std::string_view ref);

}  // namespace hookd
