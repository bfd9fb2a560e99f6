#pragma once

#include "core/model/event.hpp"
#include "core/model/plan.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// How values look in a column.
namespace hookd::queue::sqlite {

using Headers = std::vector<std::pair<std::string, std::string>>;

/// "Name: value" lines, bytes as they came. A line feed, which HTTP cannot carry, becomes a space.
[[nodiscard]] std::string headers_to_text(const Headers& headers);
[[nodiscard]] Headers headers_from_text(std::string_view text);

/// A JSON array of [rule, matched, clause, seen].
[[nodiscard]] std::string decisions_to_text(const std::vector<Decision>& decisions);
[[nodiscard]] std::vector<Decision> decisions_from_text(std::string_view text);

/// Hash of (repository, ref, before, after): leads to the few events among which the one with
/// that identity is. FNV-1a with 64 bits; it is in the file and so never changes.
[[nodiscard]] std::int64_t identity_hash(const Event& event);

/// The same for the delivery that a source has sent under a key.
[[nodiscard]] std::int64_t delivery_hash(std::string_view source, std::string_view key);

/// The same for a body, which may be long: eight bytes at a time.
[[nodiscard]] std::int64_t body_hash(std::string_view source, std::string_view body);

}  // namespace hookd::queue::sqlite
