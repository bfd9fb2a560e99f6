#pragma once

#include "config/findings.hpp"
#include "config/node.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace hookd::config {

/// Makes a tree of a parser's events, and refuses what no file may hold: nesting beyond
/// `k_max_depth`, a key twice in one map, a NUL byte in a text. **Source:** threats.md T042.
class TreeBuilder {
  public:
    static constexpr std::size_t k_max_depth = 32;

    explicit TreeBuilder(Findings& findings) : findings_(findings) {}

    // Each returns whether the parser shall go on.
    [[nodiscard]] bool begin_list(Position at) { return begin({Node::List{}, at}); }
    [[nodiscard]] bool begin_map(Position at) { return begin({Node::Map{}, at}); }
    [[nodiscard]] bool end();
    [[nodiscard]] bool scalar(Node node);
    [[nodiscard]] bool key(std::string key, Position at);

    /// Whether the next thing is the key of a map.
    [[nodiscard]] bool wants_key() const;
    /// The whole tree, if there is one.
    [[nodiscard]] std::optional<Node> take() { return std::move(root_); }

  private:
    struct Open {
        Node node;
        std::optional<Member> pending;  ///< its key is read, its value not yet
        bool repeated = false;          ///< the pending key was there already: drop its value
        std::unordered_map<std::string, int> lines;  ///< of the keys read
    };

    bool begin(Node node);
    bool attach(Node node);

    Findings& findings_;
    std::vector<Open> open_;
    std::optional<Node> root_;
};

}  // namespace hookd::config
