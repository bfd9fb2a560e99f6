#pragma once

#include "config/lua_function.hpp"

#include <time.h>

#include <cstdint>
#include <memory>

struct lua_State;

// The sandbox itself: a Lua state in which nothing can be reached but what is listed, and which
// stops what takes too much.
namespace hookd::config {

/// How much of its limits a state has used.
struct LuaUse {
    LuaLimits limits;
    std::size_t memory_bytes = 0;
    std::uint64_t steps = 0;
    ::timespec started{};
};

struct CloseLua {
    void operator()(::lua_State* state) const;
};
using LuaState = std::unique_ptr<::lua_State, CloseLua>;

/// A state without any library. Null where its memory does not allow it.
/// **Requires:** `use` outlives it.
[[nodiscard]] LuaState open_lua(LuaUse& use);

/// Puts in what functions of a configuration may use, and starts to count their steps.
/// **Requires:** a protected call: it raises Lua's errors.
void open_sandbox(::lua_State* state);

}  // namespace hookd::config
