#include "webhook/selection.hpp"

#include "core/base/text.hpp"

namespace hookd::webhook {

Selection::Selection(std::initializer_list<std::string_view> paths) : nodes_(1) {
    for (const std::string_view path : paths) {
        add(path);
    }
}

void Selection::add(std::string_view path) {
    Place place = k_root;
    for (const std::string_view step : split(path, '/')) {
        if (step.starts_with('{')) {
            for (const std::string_view name : split(step.substr(1, step.size() - 2), ',')) {
                add_step(place, name);
            }
        } else {
            place = add_step(place, step);
        }
    }
}

Selection::Place Selection::member(Place place, std::string_view name) const {
    if (place < 0) {
        return place;
    }
    const Node& node = nodes_[static_cast<std::size_t>(place)];
    for (const auto& [wanted, next] : node.members) {
        if (wanted == name) {
            return next;
        }
    }
    return node.everything ? k_everything : k_unwanted;
}

Selection::Place Selection::element(Place place) const {
    if (place < 0) {
        return place;
    }
    const Node& node = nodes_[static_cast<std::size_t>(place)];
    return node.everything ? k_everything : node.element;
}

Selection::Place Selection::add_step(Place from, std::string_view step) {
    const auto at = static_cast<std::size_t>(from);
    if (step == "**") {
        nodes_[at].everything = true;
        return from;
    }
    const Place known = step == "*" ? nodes_[at].element : member(from, step);
    if (known >= 0) {
        return known;
    }
    const Place made = add_node();
    if (step == "*") {
        nodes_[at].element = made;
    } else {
        nodes_[at].members.emplace_back(step, made);
    }
    return made;
}

Selection::Place Selection::want_member(Place from, std::string_view name) {
    const auto at = static_cast<std::size_t>(from);
    const bool number = !name.empty() && name.find_first_not_of("0123456789") == name.npos;
    Place place = member(from, name);
    if (place < 0) {
        place = number && nodes_[at].element >= 0 ? nodes_[at].element : add_node();
        nodes_[at].members.emplace_back(name, place);
    }
    if (number && nodes_[at].element < 0) {
        nodes_[at].element = place;
    }
    return place;
}

Selection::Place Selection::want_elements(Place from) {
    return add_step(from, "*");
}

Selection::Place Selection::add_node() {
    nodes_.emplace_back();
    return static_cast<Place>(nodes_.size()) - 1;
}

}  // namespace hookd::webhook
