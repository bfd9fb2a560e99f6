#pragma once

#include <string>
#include <string_view>

namespace hookd {

/// Adds an item to a list for people: "a, b, c".
inline void add_listed(std::string& list, std::string_view item) {
    if (!list.empty()) {
        list += ", ";
    }
    list += item;
}

}  // namespace hookd
