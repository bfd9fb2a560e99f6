#pragma once

#include "config/findings.hpp"
#include "config/node.hpp"

#include <cstddef>
#include <filesystem>
#include <optional>

namespace hookd::config {

/// No honest file is larger; what parsing a hostile one can cost is bounded by it.
constexpr std::size_t k_max_file_bytes = std::size_t{256} << 10;

/// Reads a .yaml, .yml or .json file, or says in `findings` (made for that file) what is wrong.
[[nodiscard]] std::optional<Node> read_document(const std::filesystem::path& file,
                                                Findings& findings);

}  // namespace hookd::config
