#pragma once

#include "core/base/result.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hookd::reconcile {

/// What was wanted of one object of a forge's answer, by path. Numbers are as written; what is
/// null, inside a list or longer than k_longest_text is not there.
using Record = std::map<std::string, std::string, std::less<>>;

constexpr std::size_t k_longest_text = 4096;
constexpr std::size_t k_deepest_answer = 64;
constexpr std::size_t k_most_records = 1000;

/// Reads a list of objects. Of each only the values at the paths of `wanted` are kept, such as
/// "config/url", lower case whatever the answer's; the rest takes no memory.
/// **Errors:** invalid: no JSON, no list of objects, more than k_most_records of them, or nested
/// deeper than k_deepest_answer.
[[nodiscard]] Result<std::vector<Record>> read_records(std::string_view json,
                                                       std::span<const std::string_view> wanted);

/// The same of an answer that is one object.
[[nodiscard]] Result<Record> read_record(std::string_view json,
                                         std::span<const std::string_view> wanted);

}  // namespace hookd::reconcile
