#include "config/lua_function.hpp"

#include "config/lua_json.hpp"
#include "config/lua_state.hpp"
#include "core/base/text.hpp"

#include <lua.hpp>
#include <nlohmann/json.hpp>

#include <utility>

namespace hookd::config {
namespace {

constexpr const char* k_chunk = "=lua";
constexpr std::string_view k_place = "lua:";

/// What stands on top of the stack after something failed.
std::string error_text(::lua_State* state, const LuaUse& use, int status) {
    if (status == LUA_ERRMEM) {
        return "stopped: more than " + std::to_string(use.limits.memory_bytes >> 20U) +
               " MiB of memory";
    }
    if (::lua_type(state, -1) != LUA_TSTRING) {
        return "an error that is no text";
    }
    std::size_t size = 0;
    const char* const text = ::lua_tolstring(state, -1, &size);
    constexpr std::size_t k_most = 500;
    return printable_line({text, size < k_most ? size : k_most});
}

/// "lua:3: message" taken apart.
LuaProblem problem_of(std::string_view text) {
    LuaProblem problem;
    if (text.starts_with(k_place)) {
        const std::size_t colon = text.find(':', k_place.size());
        const auto line = parse_number(text.substr(k_place.size(), colon - k_place.size()));
        if (colon != std::string_view::npos && line) {
            problem.line = static_cast<int>(*line);
            text = trim(text.substr(colon + 1));
        }
    }
    problem.message = text;
    return problem;
}

int append(::lua_State*, const void* bytes, std::size_t size, void* code) {
    static_cast<std::string*>(code)->append(static_cast<const char*>(bytes), size);
    return 0;
}

struct Source {
    std::string_view head;  ///< gives the arguments their names; in the first line
    std::string_view body;
};

const char* read_source(::lua_State*, void* context, std::size_t* size) {
    Source& source = *static_cast<Source*>(context);
    std::string_view& next = source.head.empty() ? source.body : source.head;
    *size = next.size();
    return std::exchange(next, {}).data();
}

struct Call {
    const std::string& code;
    std::span<const nlohmann::json* const> arguments;
    std::size_t depth;
};

/// All that may raise an error, with nothing in its frame that needs a destructor.
int run(::lua_State* state) {
    const Call& call = *static_cast<const Call*>(::lua_touserdata(state, 1));
    ::lua_settop(state, 0);
    open_sandbox(state);
    if (::luaL_loadbufferx(state, call.code.data(), call.code.size(), k_chunk, "b") != LUA_OK) {
        return ::lua_error(state);
    }
    for (const nlohmann::json* const argument : call.arguments) {
        push_json(state, *argument, call.depth);
    }
    ::lua_call(state, static_cast<int>(call.arguments.size()), 1);
    return 1;
}

}  // namespace

tl::expected<LuaFunction, LuaProblem> LuaFunction::compile(
    std::string_view body, std::span<const std::string_view> parameters) {
    LuaUse use;
    const LuaState state = open_lua(use);
    if (!state) {
        return tl::unexpected(LuaProblem{1, "no memory for Lua"});
    }
    std::string head;
    for (const std::string_view parameter : parameters) {
        head.append(head.empty() ? "local " : ", ").append(parameter);
    }
    head += head.empty() ? "" : " = ... ";
    Source source{head, body};
    if (const int status = ::lua_load(state.get(), read_source, &source, k_chunk, "t");
        status != LUA_OK) {
        return tl::unexpected(problem_of(error_text(state.get(), use, status)));
    }
    std::string code;
    ::lua_dump(state.get(), append, &code, 0);
    return LuaFunction(std::move(code));
}

Result<nlohmann::json> LuaFunction::call(std::span<const nlohmann::json* const> arguments,
                                         const LuaLimits& limits) const {
    LuaUse use;
    use.limits = limits;
    const LuaState state = open_lua(use);
    if (!state) {
        return fail(ErrorCode::invalid, "no memory for Lua");
    }
    Call call{code_, arguments, limits.depth};
    ::lua_pushcfunction(state.get(), run);
    ::lua_pushlightuserdata(state.get(), &call);
    if (const int status = ::lua_pcall(state.get(), 1, 1, 0); status != LUA_OK) {
        return fail(ErrorCode::invalid, error_text(state.get(), use, status));
    }
    return json_from(state.get(), limits.depth, limits.result_values);
}

}  // namespace hookd::config
