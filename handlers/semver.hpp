#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hookd::handlers {

/// A version. **Source:** Semantic Versioning 2.0.0 (semver.org), sections 2, 9, 10 and 11.
struct Version {
    std::uint64_t major = 0;
    std::uint64_t minor = 0;
    std::uint64_t patch = 0;
    std::vector<std::string> prerelease;  ///< identifiers between the dots; empty: a release
    std::string build;                    ///< what stands behind '+'

    [[nodiscard]] bool is_release() const { return prerelease.empty(); }
};

/// Reads exactly what the grammar allows: no "v" in front, no leading zeros. Nothing for anything
/// else, and for numbers above 2^63.
[[nodiscard]] std::optional<Version> parse_version(std::string_view text);

[[nodiscard]] std::string to_text(const Version& version);

/// Precedence: the build part does not count.
[[nodiscard]] std::strong_ordering compare_precedence(const Version& a, const Version& b);

enum class Bump { patch, minor, major };

/// The release after `version`; parts to the right of the bumped one become 0.
[[nodiscard]] Version next_version(const Version& version, Bump bump);

}  // namespace hookd::handlers
