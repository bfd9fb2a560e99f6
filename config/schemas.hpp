#pragma once

#include <string_view>

namespace hookd::config {

/// JSON Schemas (draft 07) of the two kinds of file, as installed for editors. Two annotations
/// serve messages: `examples`, and `x-planned` with keys that a later version will know.
[[nodiscard]] std::string_view server_schema();
[[nodiscard]] std::string_view repository_schema();

}  // namespace hookd::config
