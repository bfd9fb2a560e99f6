#include "config/node.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace hookd::config {
namespace {

struct ToJson {
    nlohmann::json operator()(std::monostate) const { return nullptr; }
    nlohmann::json operator()(const Node::List& list) const {
        nlohmann::json array = nlohmann::json::array();
        for (const Node& item : list) {
            array.push_back(to_json(item));
        }
        return array;
    }
    nlohmann::json operator()(const Node::Map& map) const {
        nlohmann::json object = nlohmann::json::object();
        for (const Member& member : map) {
            object[member.key] = to_json(member.value);
        }
        return object;
    }
    template <class Scalar>
    nlohmann::json operator()(const Scalar& scalar) const {
        return scalar;
    }
};

}  // namespace

Position position_of(std::string_view text, std::size_t offset) {
    const std::string_view before = text.substr(0, std::min(offset, text.size()));
    const auto lines = std::count(before.begin(), before.end(), '\n');
    const std::size_t start = before.rfind('\n') + 1;  // npos + 1 is 0
    return {static_cast<int>(lines) + 1, static_cast<int>(before.size() - start) + 1};
}

const Node* Node::find(std::string_view key) const {
    if (const Map* members = map()) {
        for (const Member& member : *members) {
            if (member.key == key) {
                return &member.value;
            }
        }
    }
    return nullptr;
}

nlohmann::json to_json(const Node& node) {
    return std::visit(ToJson{}, node.value);
}

}  // namespace hookd::config
