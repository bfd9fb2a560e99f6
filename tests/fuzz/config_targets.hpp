#pragma once

#include "tests/fuzz/target.hpp"

namespace hookd::fuzz {

/// YAML and JSON as values with places; JSON against a second parser.
[[nodiscard]] Target config_document_target();

/// Both kinds of file, through everything that reads them. **Source:** threats.md T042.
[[nodiscard]] Target config_files_target();

}  // namespace hookd::fuzz
