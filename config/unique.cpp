#include "config/unique.hpp"

#include "config/message.hpp"

namespace hookd::config {

bool Unique::claim(const std::string& name, Position at, Findings& findings) {
    const auto [first, is_new] = taken_.emplace(name, Place{findings.file(), at});
    if (is_new) {
        return true;
    }
    const Place& place = first->second;
    const std::string file = place.file == findings.file() ? "" : place.file.string() + ", ";
    findings.add(at, "the " + what_ + " " + quote(name) + " is taken in " + file + "line " +
                         std::to_string(place.at.line) + ": choose another");
    return false;
}

}  // namespace hookd::config
