#include "config/lua_function.hpp"

#include "tests/support/catch.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <string>

using hookd::config::LuaFunction;
using hookd::config::LuaLimits;
using Json = nlohmann::json;

namespace {

constexpr std::array<std::string_view, 2> k_parameters = {"a", "b"};

LuaFunction compiled(const std::string& body) {
    auto function = LuaFunction::compile(body, k_parameters);
    if (!function) {
        FAIL(function.error().line << ": " << function.error().message);
    }
    return *std::move(function);
}

hookd::Result<Json> result_of(const std::string& body, const Json& a = nullptr,
                              const Json& b = nullptr, const LuaLimits& limits = {}) {
    const std::array<const Json*, 2> arguments = {&a, &b};
    return compiled(body).call(arguments, limits);
}

Json value_of(const std::string& body, const Json& a = nullptr, const Json& b = nullptr) {
    auto value = result_of(body, a, b);
    if (!value) {
        FAIL(value.error().message);
    }
    return *std::move(value);
}

std::string error_of(const std::string& body, const Json& a = nullptr,
                     const LuaLimits& limits = {}) {
    const auto value = result_of(body, a, nullptr, limits);
    REQUIRE_FALSE(value);
    CHECK(value.error().code == hookd::ErrorCode::invalid);
    return value.error().message;
}

/// Limits under which only the one that is meant can be met.
LuaLimits only_time() {
    LuaLimits limits;
    limits.steps = UINT64_MAX / 2;
    limits.processor_time = hookd::Milliseconds{50};
    return limits;
}

LuaLimits no_time() {
    LuaLimits limits;
    limits.processor_time = hookd::Milliseconds{3'600'000};
    return limits;
}

}  // namespace

TEST_CASE("a Lua function gets JSON and gives JSON") {
    CHECK(value_of("return a").is_null());
    CHECK(value_of("") == nullptr);
    const Json document = Json::parse(R"({"text": "a\u00e9\n", "list": [1, -2, 2.5, "x", true, []],
        "deep": {"er": [{"id": 9223372036854775807}]}, "no": false})");
    CHECK(value_of("return a", document) == document);
    CHECK(value_of("return {b, a.deep.er[1].id, #a.list}", document, "x") ==
          Json::parse(R"(["x", 9223372036854775807, 6])"));
    CHECK(value_of("return 'first', 'second'") == "first");
    CHECK(value_of("local function f(n) if n == 0 then return 0 end return n + f(n - 1) end "
                   "return f(10)") == 55);
}

TEST_CASE("in Lua a null is nil in an object and false in a list") {
    CHECK(value_of("return a.x == nil and a.y", Json::parse(R"({"x": null, "y": 1})")) == 1);
    CHECK(value_of("return a", Json::parse("[null, 1]")) == Json::parse("[false, 1]"));
    CHECK(value_of("return {}") == Json::array());
    CHECK(value_of("return {x = nil}") == Json::array());
}

TEST_CASE("what a Lua function has of the library is enough to take texts and lists apart") {
    CHECK(value_of("return ('a/b/c'):split('/')") == Json::parse(R"(["a", "b", "c"])"));
    CHECK(value_of("return ('a/b/c'):split('/', 2)") == Json::parse(R"(["a", "b/c"])"));
    CHECK(value_of("return ('--'):split('--')") == Json::parse(R"(["", ""])"));
    CHECK(value_of("return {('abc'):find('b'), ('abc'):find('c', -1), ('abc'):find('', 4)}") ==
          Json::parse("[2, 3, 4, 3]"));
    CHECK(value_of("return {('a.c'):find('.') }") == Json::parse("[2, 2]"));
    CHECK(value_of("return ('abc'):find('x') == nil and ('abc'):find('a', 9) == nil") == true);
    CHECK(value_of("return {('abc'):starts_with('ab'), ('abc'):ends_with('bc'), "
                   "('a'):starts_with('ab'), ('a'):ends_with('ba'), ('a'):ends_with('')}") ==
          Json::parse("[true, true, false, false, true]"));
    CHECK(value_of("return ('AbC'):lower() .. ('x'):upper() .. ('abc'):sub(2, -2) .. #'abc'") ==
          "abcXb3");
    CHECK(value_of("local t = {} for k, v in pairs({x = 1}) do table.insert(t, k .. v) end "
                   "for _, v in ipairs({'b'}) do t[#t + 1] = v end return table.concat(t, ',')") ==
          "x1,b");
    CHECK(value_of("return {math.floor(2.5), tonumber('12'), tostring(1 < 2), type({})}") ==
          Json::parse(R"([2, 12, "true", "table"])"));
}

TEST_CASE("T042 a Lua function reaches nothing but what it is given") {
    for (const std::string name : {"io",
                                   "os",
                                   "debug",
                                   "package",
                                   "coroutine",
                                   "utf8",
                                   "load",
                                   "loadstring",
                                   "dofile",
                                   "loadfile",
                                   "require",
                                   "pcall",
                                   "xpcall",
                                   "print",
                                   "warn",
                                   "setmetatable",
                                   "getmetatable",
                                   "rawset",
                                   "rawget",
                                   "collectgarbage",
                                   "_G",
                                   "_VERSION",
                                   "string.dump",
                                   "string.rep",
                                   "string.format",
                                   "string.gsub",
                                   "string.gmatch",
                                   "string.match",
                                   "string.pack",
                                   "string.unpack",
                                   "table.sort",
                                   "table.move",
                                   "math.random",
                                   "math.randomseed"}) {
        INFO(name);
        CHECK(value_of("return " + name + " == nil") == true);
    }
    CHECK(value_of("local n = 0 for k in pairs(_ENV) do n = n + 1 end return n") == 14);
    // Texts find their functions through a metatable, and only those.
    for (const std::string name : {"rep", "gsub", "match", "gmatch", "format", "dump", "pack"}) {
        INFO(name);
        CHECK(value_of("return ('x')." + name + " == nil") == true);
    }
    CHECK(error_of("return ('x'):rep(9)").find("lua:1:") == 0);
    // No place in memory can be learnt.
    CHECK(value_of("return {tostring({}), tostring(tostring)}") ==
          Json::parse(R"(["table", "function"])"));
}

TEST_CASE("T042 code that is no text is not compiled") {
    const auto bytecode = LuaFunction::compile(std::string("\x1BLua") + "T", {});
    CHECK_FALSE(bytecode);
}

TEST_CASE("nothing is left of a call in the next one") {
    const LuaFunction function =
        compiled("n = (n or 0) + 1; string.lower = nil; if a then a.x = 'changed' end; return n");
    const Json a = Json::parse(R"({"x": "kept"})");
    const Json b;
    const std::array<const Json*, 2> arguments = {&a, &b};
    for (int i = 0; i < 3; ++i) {
        CHECK(function.call(arguments) == Json(1));
    }
    CHECK(a["x"] == "kept");
    CHECK(value_of("return ('A'):lower()") == "a");
}

TEST_CASE("T042 a Lua function that does not end is stopped after its steps") {
    const LuaLimits limits = no_time();
    for (const std::string body :
         {"while true do end", "::again:: goto again", "local function f() return f() end f()",
          "for i = 1, math.huge do end", "repeat local x = #{} until false",
          "local t = {} for k in pairs({1}) do while next(t) == nil do end end"}) {
        INFO(body);
        CHECK(error_of(body, nullptr, limits).find("stopped: more than 1000000 steps") !=
              std::string::npos);
    }
}

TEST_CASE(
    "T042 a Lua function that calls itself without end is stopped, whichever limit is first") {
    const std::string message =
        error_of("local function f() return 1 + f() end return f()", nullptr, no_time());
    INFO(message);
    CHECK((message.find("stopped") != std::string::npos ||
           message.find("overflow") != std::string::npos));
}

TEST_CASE("T042 a Lua function that wants much memory is stopped") {
    LuaLimits limits = no_time();
    limits.memory_bytes = std::size_t{4} << 20;
    for (const std::string body :
         {"local s = 'x' while true do s = s .. s end",
          "local t = {} for i = 1, 1e9 do t[i] = i end",
          "local t = {} for i = 1, 1e9 do t[i] = {} end",
          "local s = 'xxxxxxxxxxxxxxxx' for i = 1, 16 do s = s .. s end "
          "local t = {} for i = 1, 1000 do t[i] = s end return table.concat(t)"}) {
        INFO(body);
        CHECK(error_of(body, nullptr, limits) == "stopped: more than 4 MiB of memory");
    }
    // What is not needed any more does not count.
    CHECK(result_of("for i = 1, 10000 do local t = {1, 2, 3, 4, 5, 6, 7, 8} end return 1", nullptr,
                    nullptr, limits) == Json(1));
}

TEST_CASE("T042 a Lua function whose steps are dear is stopped after its time") {
    const std::string two_long_texts =
        "local function long(last) local s = 'xxxxxxxxxxxxxxxx' "
        "for i = 1, 16 do s = s .. s end return s .. last end "
        "local x, y = long('a'), long('b') ";
    for (const std::string& body :
         {std::string("while true do end"), two_long_texts + "while true do local z = x < y end",
          two_long_texts + "while true do local z = x:find(y) end",
          two_long_texts + "while true do local z = x:upper() end",
          two_long_texts + "while true do local z = x .. y end",
          std::string("local t = {} for i = 1, 100000 do t[i] = i end "
                      "while true do table.insert(t, 1, 0) table.remove(t, 1) end")}) {
        INFO(body);
        CHECK(error_of(body, nullptr, only_time()).find("stopped: more than 50 ms of processor") !=
              std::string::npos);
    }
}

TEST_CASE("an error in a Lua function is told with its line") {
    CHECK(error_of("\n\nlocal x = a.b.c", Json::object()) ==
          "lua:3: attempt to index a nil value (field 'b')");
    CHECK(error_of("error('no such thing')") == "lua:1: no such thing");
    CHECK(error_of("error({})") == "an error that is no text");
    CHECK(error_of("error('\\27[31m\\255')").find('\x1B') == std::string::npos);
    CHECK(error_of("assert(false, 'why')") == "lua:1: why");
}

TEST_CASE("a result that is no JSON is refused in words") {
    CHECK(error_of("return tostring").find("a function") != std::string::npos);
    CHECK(error_of("return {1, nil, 3}").find("without holes") != std::string::npos);
    CHECK(error_of("return {[1] = 1, x = 2}").find("neither") != std::string::npos);
    CHECK(error_of("return {[2] = 1}").find("without holes") != std::string::npos);
    CHECK(error_of("return {[true] = 1}").find("without holes") != std::string::npos);
    CHECK(error_of("return 1 / 0").find("finite") != std::string::npos);
    CHECK(error_of("return '\\255'").find("UTF-8") != std::string::npos);
    CHECK(error_of("return {['\\255'] = 1}").find("UTF-8") != std::string::npos);
    CHECK(error_of("return 'a\\0b'").find("NUL") != std::string::npos);
    CHECK(error_of("local t = {} t.t = t return t").find("64 levels") != std::string::npos);
    CHECK(error_of("local t = {} for i = 1, 64 do t = {t} end return t").find("64 levels") !=
          std::string::npos);
    CHECK(value_of("local t = {} for i = 1, 63 do t = {t} end return t").is_array());
    CHECK(error_of("local t, u = {}, {} for i = 1, 400 do t[i] = u; u[i] = 1 end return t")
              .find("too many values") != std::string::npos);
}

TEST_CASE("T018 an argument that is nested too deeply is no crash") {
    Json deep = 1;
    for (int i = 0; i < 64; ++i) {
        deep = Json::array({std::move(deep)});
    }
    CHECK(value_of("return #a", deep) == 1);
    CHECK(error_of("return #a", Json::array({deep})).find("too deeply") != std::string::npos);
}

TEST_CASE("a mistake in a Lua function is found when it is compiled, in its line") {
    const auto function = LuaFunction::compile("local x = 1\nif x then\nreturn x x\nend", {});
    REQUIRE_FALSE(function);
    CHECK(function.error().line == 3);
    CHECK(function.error().message.find("near 'x'") != std::string::npos);
    const auto first = LuaFunction::compile("return return", k_parameters);
    REQUIRE_FALSE(first);
    CHECK(first.error().line == 1);
    std::string nested;
    for (int i = 0; i < 10'000; ++i) {
        nested += "(";
    }
    CHECK_FALSE(LuaFunction::compile("return " + nested, {}));
}
