#pragma once

#include "core/base/clock.hpp"
#include "core/base/result.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace hookd::config {

/// What one call may cost. Steps and memory end a call at the same place each time; the processor
/// time is for what few steps can cost, such as comparing two long texts again and again.
struct LuaLimits {
    std::uint64_t steps = 1'000'000;  ///< instructions of Lua's machine
    std::size_t memory_bytes = std::size_t{32} << 20;
    Milliseconds processor_time{250};
    std::size_t result_values = 100'000;
    std::size_t depth = 64;  ///< of arguments and results
};

/// What keeps a text from being a function.
struct LuaProblem {
    int line = 1;  ///< of the text, from 1
    std::string message;
};

/// A function written in a configuration, in Lua 5.4, that sees its arguments and nothing else: no
/// files, programs, modules, clock or randomness, nothing that makes code of text, catches an
/// error or changes how values behave. docs/reference.md, "Lua", lists what there is.
///
/// JSON objects and lists are tables. A null is nil in an object, and false in a list, which it
/// must not end. An empty table is an empty list. Whole numbers beyond 63 bits become floats.
/// **Thread:** any; each call has a Lua state of its own.
class LuaFunction {
  public:
    /// `body` is text, never bytecode; `parameters` are the names of its arguments.
    [[nodiscard]] static tl::expected<LuaFunction, LuaProblem> compile(
        std::string_view body, std::span<const std::string_view> parameters);

    /// The first value that the function returns; null where it is nil.
    /// **Errors:** invalid: an error in the function, with its line; a limit; a result that is no
    /// JSON: a function, a text that is not UTF-8, a key that is no text, a list with holes.
    [[nodiscard]] Result<nlohmann::json> call(std::span<const nlohmann::json* const> arguments,
                                              const LuaLimits& limits = {}) const;

  private:
    explicit LuaFunction(std::string code) : code_(std::move(code)) {}

    std::string code_;  ///< compiled, with its lines
};

}  // namespace hookd::config
