#include "config/lua_json.hpp"

#include "core/base/text.hpp"

#include <lua.hpp>
#include <nlohmann/json.hpp>

#include <cmath>
#include <limits>
#include <string>
#include <utility>

namespace hookd::config {
namespace {

using Json = nlohmann::json;

int size_hint(std::size_t size) {
    constexpr std::size_t k_most = 1 << 20;
    return static_cast<int>(size < k_most ? size : k_most);
}

void push_number(::lua_State* state, const Json& value) {
    constexpr auto k_most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (value.is_number_float() ||
        (value.is_number_unsigned() && value.get<std::uint64_t>() > k_most)) {
        ::lua_pushnumber(state, value.get<double>());
    } else {
        ::lua_pushinteger(state, value.get<std::int64_t>());
    }
}

void push_text(::lua_State* state, const std::string& text) {
    ::lua_pushlstring(state, text.data(), text.size());
}

/// Takes a tree of tables down from the top of a stack, without recursion deeper than `depth`.
class Reader {
  public:
    Reader(::lua_State* state, std::size_t depth, std::size_t most_values)
        : state_(state), depth_(depth), values_left_(most_values) {}

    Result<Json> read(std::size_t level) {
        if (values_left_ == 0) {
            return fail(ErrorCode::invalid, "it returned too many values");
        }
        --values_left_;
        switch (::lua_type(state_, -1)) {
            case LUA_TNIL:
                return Json();
            case LUA_TBOOLEAN:
                return Json(::lua_toboolean(state_, -1) != 0);
            case LUA_TNUMBER:
                return number();
            case LUA_TSTRING:
                return text();
            case LUA_TTABLE:
                if (level == depth_ || ::lua_checkstack(state_, 4) == 0) {
                    return fail(ErrorCode::invalid,
                                "it returned tables that are nested deeper than " +
                                    std::to_string(depth_) + " levels");
                }
                return table(level + 1);
            default:
                return fail(ErrorCode::invalid, std::string("it returned a ") +
                                                    ::lua_typename(state_, ::lua_type(state_, -1)) +
                                                    ", which is no value of JSON");
        }
    }

  private:
    [[nodiscard]] Result<Json> number() const {
        if (::lua_isinteger(state_, -1) != 0) {
            return Json(static_cast<std::int64_t>(::lua_tointegerx(state_, -1, nullptr)));
        }
        const double number = ::lua_tonumberx(state_, -1, nullptr);
        return std::isfinite(number)
                   ? Result<Json>(Json(number))
                   : fail(ErrorCode::invalid, "it returned a number that is not finite");
    }

    /// **Requires:** a text on top: then nothing is converted, and nothing can fail.
    [[nodiscard]] Result<Json> text() const {
        std::size_t size = 0;
        const char* const data = ::lua_tolstring(state_, -1, &size);
        std::string text(data, size);
        if (!is_valid_utf8(text) || text.find('\0') != std::string::npos) {
            return fail(ErrorCode::invalid, "it returned a text that is not UTF-8, or has a NUL");
        }
        return Json(std::move(text));
    }

    Result<Json> table(std::size_t level) {
        ::lua_pushnil(state_);
        const bool empty = ::lua_next(state_, -2) == 0;
        const bool names = !empty && ::lua_type(state_, -2) == LUA_TSTRING;
        if (!empty) {
            ::lua_settop(state_, -3);
        }
        return names ? object(level) : list(level);
    }

    Result<Json> list(std::size_t level) {
        Json list = Json::array();
        const auto size = ::lua_rawlen(state_, -1);
        std::size_t there = 0;
        ::lua_pushnil(state_);
        while (::lua_next(state_, -2) != 0) {
            ::lua_settop(state_, -2);
            ++there;
        }
        if (there != size) {
            return fail(ErrorCode::invalid,
                        "it returned a table that is neither a list without holes nor names with "
                        "values");
        }
        for (std::size_t i = 1; i <= size; ++i) {
            ::lua_rawgeti(state_, -1, static_cast<::lua_Integer>(i));
            auto value = read(level);
            ::lua_settop(state_, -2);
            if (!value) {
                return value;
            }
            list.push_back(*std::move(value));
        }
        return list;
    }

    Result<Json> object(std::size_t level) {
        Json object = Json::object();
        ::lua_pushnil(state_);
        while (::lua_next(state_, -2) != 0) {
            if (::lua_type(state_, -2) != LUA_TSTRING) {
                return fail(ErrorCode::invalid,
                            "it returned a table with names and other keys beside them");
            }
            auto value = read(level);
            ::lua_settop(state_, -2);
            auto name = text();
            if (!value || !name) {
                return value ? name : value;
            }
            object[name->get_ref<const std::string&>()] = *std::move(value);
        }
        return object;
    }

    ::lua_State* state_;
    std::size_t depth_;
    std::size_t values_left_;
};

}  // namespace

// Frames that Lua may leave by longjmp: no object in here needs a destructor.
void push_json(::lua_State* state, const Json& value, std::size_t depth) {
    if (value.is_structured() && depth == 0) {
        ::luaL_error(state, "an argument is nested too deeply");
    }
    ::luaL_checkstack(state, 4, "an argument is nested too deeply");
    switch (value.type()) {
        case Json::value_t::object:
            ::lua_createtable(state, 0, size_hint(value.size()));
            for (auto member = value.begin(); member != value.end(); ++member) {
                if (!member->is_null()) {
                    push_text(state, member.key());
                    push_json(state, *member, depth - 1);
                    ::lua_rawset(state, -3);
                }
            }
            break;
        case Json::value_t::array: {
            ::lua_createtable(state, size_hint(value.size()), 0);
            ::lua_Integer at = 0;
            for (auto element = value.begin(); element != value.end(); ++element) {
                if (element->is_null()) {
                    ::lua_pushboolean(state, 0);
                } else {
                    push_json(state, *element, depth - 1);
                }
                ::lua_rawseti(state, -2, ++at);
            }
            break;
        }
        case Json::value_t::string:
            push_text(state, value.get_ref<const std::string&>());
            break;
        case Json::value_t::boolean:
            ::lua_pushboolean(state, value.get<bool>() ? 1 : 0);
            break;
        case Json::value_t::number_integer:
        case Json::value_t::number_unsigned:
        case Json::value_t::number_float:
            push_number(state, value);
            break;
        default:
            ::lua_pushnil(state);
    }
}

Result<Json> json_from(::lua_State* state, std::size_t depth, std::size_t most_values) {
    return Reader(state, depth, most_values).read(0);
}

}  // namespace hookd::config
