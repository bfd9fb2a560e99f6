#include "config/tree_builder.hpp"

#include <utility>

namespace hookd::config {

bool TreeBuilder::wants_key() const {
    return !open_.empty() && open_.back().node.map() != nullptr && !open_.back().pending;
}

bool TreeBuilder::begin(Node node) {
    if (open_.size() == k_max_depth) {
        findings_.add(node.at, "nested too deeply: at most " + std::to_string(k_max_depth) +
                                   " levels are possible");
        return false;
    }
    open_.push_back(Open{std::move(node), std::nullopt, false, {}});
    return true;
}

bool TreeBuilder::end() {
    Node node = std::move(open_.back().node);
    open_.pop_back();
    return attach(std::move(node));
}

bool TreeBuilder::scalar(Node node) {
    const std::string* text = node.text();
    if (text != nullptr && text->find('\0') != std::string::npos) {
        findings_.add(node.at, "a text may not hold a NUL byte");
        return false;
    }
    return attach(std::move(node));
}

bool TreeBuilder::key(std::string key, Position at) {
    if (key.find('\0') != std::string::npos) {
        findings_.add(at, "a key may not hold a NUL byte");
        return false;
    }
    Open& map = open_.back();
    const auto [first, is_new] = map.lines.emplace(key, at.line);
    if (!is_new) {
        findings_.add(at, "the key \"" + key + "\" stands in line " +
                              std::to_string(first->second) + " already: a key may stand once");
        map.repeated = true;
    }
    map.pending = Member{std::move(key), at, {}};
    return true;
}

bool TreeBuilder::attach(Node node) {
    if (open_.empty()) {
        root_ = std::move(node);
        return true;
    }
    Open& parent = open_.back();
    if (auto* list = std::get_if<Node::List>(&parent.node.value)) {
        list->push_back(std::move(node));
        return true;
    }
    Member member = std::move(*parent.pending);
    parent.pending.reset();
    if (node.is_null()) {
        node.at = member.at;  // nothing stands there; the key is what can be seen
    }
    member.value = std::move(node);
    if (!std::exchange(parent.repeated, false)) {
        std::get<Node::Map>(parent.node.value).push_back(std::move(member));
    }
    return true;
}

}  // namespace hookd::config
