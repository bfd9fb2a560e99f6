#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hookd::webhook {

/// Which members of a JSON document are wanted, as paths from its root: names joined by '/', `*`
/// for each element of an array; at the end `{a,b}` for several names or `**` for all that is
/// below. "commits/*/{id,message}".
class Selection {
  public:
    /// A place in the document as far as it is wanted.
    using Place = int;
    static constexpr Place k_root = 0;
    static constexpr Place k_unwanted = -1;
    static constexpr Place k_everything = -2;  ///< below a `**`

    Selection(std::initializer_list<std::string_view> paths);

    /// Wants a member too, whatever its name is; a whole number is also the place of an element.
    /// Which one is not told apart: then all elements are wanted.
    Place want_member(Place from, std::string_view name);
    Place want_elements(Place from);

    [[nodiscard]] Place member(Place place, std::string_view name) const;
    [[nodiscard]] Place element(Place place) const;

  private:
    struct Node {
        std::vector<std::pair<std::string, Place>> members;
        Place element = k_unwanted;
        bool everything = false;
    };
    void add(std::string_view path);
    Place add_step(Place from, std::string_view step);
    Place add_node();

    std::vector<Node> nodes_;
};

}  // namespace hookd::webhook
