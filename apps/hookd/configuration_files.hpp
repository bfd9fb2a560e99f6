#pragma once

#include "config/configuration.hpp"

#include <string>

namespace hookd::app {

/// What the files a configuration was read from look like from outside: inode, size and time of
/// each, and of the folders they lie in, so that a file added or removed is seen too. Two prints
/// differ where something changed.
[[nodiscard]] std::string fingerprint(const config::Configuration& configuration);

}  // namespace hookd::app
