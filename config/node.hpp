#pragma once

#include <nlohmann/json_fwd.hpp>

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace hookd::config {

/// A place in a file, both from 1; a column counts bytes. 0:0 is the file as a whole.
struct Position {
    int line = 0;
    int column = 0;
    auto operator<=>(const Position&) const = default;
};

/// The place of the byte at `offset` of `text` (at its end where it is beyond).
[[nodiscard]] Position position_of(std::string_view text, std::size_t offset);

struct Member;

/// Where the lines of a text are.
enum class Lines {
    here,   ///< all of it is at its place
    below,  ///< of YAML's `|`: the first is the line after its place
};

/// A JSON value that knows where it stood: what a YAML and a JSON file become.
struct Node {
    using List = std::vector<Node>;
    using Map = std::vector<Member>;  ///< in the order of the file, keys unique
    using Value = std::variant<std::monostate, bool, std::int64_t, double, std::string, List, Map>;

    Value value;
    Position at;
    Lines lines = Lines::here;

    [[nodiscard]] bool is_null() const { return std::holds_alternative<std::monostate>(value); }
    [[nodiscard]] const bool* boolean() const { return std::get_if<bool>(&value); }
    [[nodiscard]] const std::int64_t* integer() const { return std::get_if<std::int64_t>(&value); }
    [[nodiscard]] const std::string* text() const { return std::get_if<std::string>(&value); }
    [[nodiscard]] const List* list() const { return std::get_if<List>(&value); }
    [[nodiscard]] const Map* map() const { return std::get_if<Map>(&value); }

    /// The value under `key`; null where there is none or this is no map.
    [[nodiscard]] const Node* find(std::string_view key) const;
};

struct Member {
    std::string key;
    Position at;  ///< of the key
    Node value;
};

/// The value without its places, keys sorted.
[[nodiscard]] nlohmann::json to_json(const Node& node);

}  // namespace hookd::config
