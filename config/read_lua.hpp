#pragma once

#include "config/findings.hpp"
#include "config/lua_function.hpp"
#include "config/node.hpp"

#include <optional>
#include <span>
#include <string_view>

namespace hookd::config {

/// Compiles the Lua that stands in `node`, or in the file that `{file: PATH}` names. What is wrong
/// with it is a finding in its line.
[[nodiscard]] std::optional<LuaFunction> read_lua(const Node& node,
                                                  std::span<const std::string_view> parameters,
                                                  Findings& findings);

}  // namespace hookd::config
