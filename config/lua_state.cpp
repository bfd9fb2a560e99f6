#include "config/lua_state.hpp"

#include <lua.hpp>
#include <string.h>

#include <array>
#include <cstdlib>

// An error of Lua leaves functions by longjmp: between here and Lua nothing may need a destructor.
namespace hookd::config {
namespace {

constexpr int k_steps_between_checks = 100;

LuaUse& use_of(::lua_State* state) {
    void* use = nullptr;
    ::lua_getallocf(state, &use);
    return *static_cast<LuaUse*>(use);
}

void* allocate(void* context, void* block, std::size_t old_size, std::size_t new_size) {
    LuaUse& use = *static_cast<LuaUse*>(context);
    // Of a new block Lua tells its kind in place of a size.
    const std::size_t had = block != nullptr ? old_size : 0;
    if (new_size == 0) {
        std::free(block);
        use.memory_bytes -= had;
        return nullptr;
    }
    if (new_size > had && new_size - had > use.limits.memory_bytes - use.memory_bytes) {
        return nullptr;
    }
    void* const moved = std::realloc(block, new_size);
    if (moved != nullptr) {
        use.memory_bytes = use.memory_bytes - had + new_size;
    }
    return moved;
}

::timespec processor_time() {
    ::timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return now;
}

Milliseconds since(const ::timespec& started) {
    const ::timespec now = processor_time();
    return Milliseconds((now.tv_sec - started.tv_sec) * 1000 +
                        (now.tv_nsec - started.tv_nsec) / 1'000'000);
}

/// Looks at each call too: what a function of the library costs grows with what it is given.
void check_use(::lua_State* state, ::lua_Debug* record) {
    LuaUse& use = use_of(state);
    if (record->event == LUA_HOOKCOUNT) {
        use.steps += k_steps_between_checks;
        if (use.steps > use.limits.steps) {
            ::luaL_error(state, "stopped: more than %I steps",
                         static_cast<LUAI_UACINT>(use.limits.steps));
        }
    }
    if (since(use.started) > use.limits.processor_time) {
        ::luaL_error(state, "stopped: more than %I ms of processor time",
                     static_cast<LUAI_UACINT>(use.limits.processor_time.count()));
    }
}

struct Text {
    const char* data;
    std::size_t size;
};

Text text_argument(::lua_State* state, int at) {
    Text text{};
    text.data = ::luaL_checklstring(state, at, &text.size);
    return text;
}

/// Lua's own would show where in memory a table lies.
int tostring(::lua_State* state) {
    ::luaL_checkany(state, 1);
    switch (::lua_type(state, 1)) {
        case LUA_TNIL:
        case LUA_TBOOLEAN:
        case LUA_TNUMBER:
        case LUA_TSTRING:
            ::luaL_tolstring(state, 1, nullptr);
            break;
        default:
            ::lua_pushstring(state, ::luaL_typename(state, 1));
    }
    return 1;
}

// In place of the functions with patterns: matching these can take time that grows with a power of
// the text's length, in one step. What is looked for is text here. glibc's memmem is linear.

int find(::lua_State* state) {
    const Text text = text_argument(state, 1);
    const Text wanted = text_argument(state, 2);
    ::lua_Integer from = ::luaL_optinteger(state, 3, 1);
    const auto size = static_cast<::lua_Integer>(text.size);
    from = from > 0 ? from : from < -size ? 1 : from == 0 ? 1 : size + from + 1;
    if (from > size + 1) {
        ::lua_pushnil(state);
        return 1;
    }
    const char* const start = text.data + (from - 1);
    const void* const found =
        ::memmem(start, text.size - static_cast<std::size_t>(from - 1), wanted.data, wanted.size);
    if (found == nullptr) {
        ::lua_pushnil(state);
        return 1;
    }
    const ::lua_Integer at = static_cast<const char*>(found) - text.data + 1;
    ::lua_pushinteger(state, at);
    ::lua_pushinteger(state, at + static_cast<::lua_Integer>(wanted.size) - 1);
    return 2;
}

int starts_with(::lua_State* state) {
    const Text text = text_argument(state, 1);
    const Text start = text_argument(state, 2);
    ::lua_pushboolean(state,
                      text.size >= start.size && ::memcmp(text.data, start.data, start.size) == 0);
    return 1;
}

int ends_with(::lua_State* state) {
    const Text text = text_argument(state, 1);
    const Text end = text_argument(state, 2);
    ::lua_pushboolean(state, text.size >= end.size && ::memcmp(text.data + (text.size - end.size),
                                                               end.data, end.size) == 0);
    return 1;
}

/// The parts between separators; at most as many as the third argument says, the last with the
/// rest.
int split(::lua_State* state) {
    Text rest = text_argument(state, 1);
    const Text separator = text_argument(state, 2);
    const ::lua_Integer most = ::luaL_optinteger(state, 3, LUA_MAXINTEGER);
    luaL_argcheck(state, separator.size > 0, 2, "the separator is empty");
    luaL_argcheck(state, most > 0, 3, "at least 1 part");
    ::lua_createtable(state, 0, 0);
    for (::lua_Integer i = 1;; ++i) {
        const void* const found =
            i < most ? ::memmem(rest.data, rest.size, separator.data, separator.size) : nullptr;
        const std::size_t size =
            found != nullptr ? static_cast<std::size_t>(static_cast<const char*>(found) - rest.data)
                             : rest.size;
        ::lua_pushlstring(state, rest.data, size);
        ::lua_rawseti(state, -2, i);
        if (found == nullptr) {
            return 1;
        }
        rest.data += size + separator.size;
        rest.size -= size + separator.size;
    }
}

// What is taken of Lua's own libraries. Not there, with reasons: pcall, xpcall, error handlers and
// coroutines (they would go on after a limit); load, dofile, require, string.dump; metatables and
// collectgarbage; string.rep ("" a million million times takes no memory) and string.format (it
// shows addresses); table.sort and math.random.
constexpr std::array k_base = {"assert", "error",    "ipairs", "next",     "pairs",
                               "select", "rawequal", "rawlen", "tonumber", "type"};
constexpr std::array k_string = {"byte", "char", "len", "lower", "reverse", "sub", "upper"};
constexpr std::array k_table = {"concat", "insert", "remove", "unpack"};
constexpr std::array k_math = {"abs",        "ceil", "floor",      "huge",      "max",
                               "maxinteger", "min",  "mininteger", "tointeger", "type"};
constexpr std::array<::luaL_Reg, 5> k_own_string = {{{"find", find},
                                                     {"starts_with", starts_with},
                                                     {"ends_with", ends_with},
                                                     {"split", split},
                                                     {nullptr, nullptr}}};

/// The library's table is on the stack then, and no longer where a function could find it.
void open_library(::lua_State* state, ::lua_CFunction open) {
    ::lua_pushcfunction(state, open);
    ::lua_call(state, 0, 1);
}

/// Copies functions from the table on top of the stack into the one below it, and takes it off.
template <std::size_t count>
void take(::lua_State* state, const std::array<const char*, count>& names) {
    for (const char* const name : names) {
        ::lua_getfield(state, -1, name);
        ::lua_setfield(state, -3, name);
    }
    ::lua_pop(state, 1);
}

template <std::size_t count>
void add_library(::lua_State* state, const char* name, ::lua_CFunction open,
                 const std::array<const char*, count>& names) {
    ::lua_createtable(state, 0, static_cast<int>(count));
    open_library(state, open);
    take(state, names);
    ::lua_setfield(state, -2, name);
}

}  // namespace

void CloseLua::operator()(::lua_State* state) const {
    ::lua_close(state);
}

LuaState open_lua(LuaUse& use) {
    return LuaState(::lua_newstate(allocate, &use));
}

void open_sandbox(::lua_State* state) {
    ::lua_createtable(state, 0, 20);  // becomes the globals
    open_library(state, ::luaopen_base);
    take(state, k_base);
    ::lua_pushcfunction(state, tostring);
    ::lua_setfield(state, -2, "tostring");
    add_library(state, LUA_TABLIBNAME, ::luaopen_table, k_table);
    add_library(state, LUA_MATHLIBNAME, ::luaopen_math, k_math);
    add_library(state, LUA_STRLIBNAME, ::luaopen_string, k_string);
    ::lua_getfield(state, -1, LUA_STRLIBNAME);
    ::luaL_setfuncs(state, k_own_string.data(), 0);
    // `text:lower()` finds its function through the metatable of texts, which Lua's library filled.
    ::lua_pushliteral(state, "");
    ::lua_createtable(state, 0, 1);
    ::lua_pushvalue(state, -3);
    ::lua_setfield(state, -2, "__index");
    ::lua_setmetatable(state, -2);
    ::lua_pop(state, 2);
    ::lua_rawseti(state, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);

    LuaUse& use = use_of(state);
    use.steps = 0;
    use.started = processor_time();
    ::lua_sethook(state, check_use, LUA_MASKCOUNT | LUA_MASKCALL, k_steps_between_checks);
}

}  // namespace hookd::config
