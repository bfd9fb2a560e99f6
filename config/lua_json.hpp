#pragma once

#include "core/base/result.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>

struct lua_State;

namespace hookd::config {

/// Puts a value on the stack. **Requires:** a protected call: it raises Lua's errors.
void push_json(::lua_State* state, const nlohmann::json& value, std::size_t depth);

/// The value on top of the stack. Raises nothing. **Errors:** invalid: no JSON, or beyond a limit.
[[nodiscard]] Result<nlohmann::json> json_from(::lua_State* state, std::size_t depth,
                                               std::size_t most_values);

}  // namespace hookd::config
