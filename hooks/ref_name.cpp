#include "hooks/ref_name.hpp"

#include "core/base/text.hpp"

#include <algorithm>

namespace hookd::hooks {
namespace {

bool is_forbidden(char byte) {
    const auto value = static_cast<unsigned char>(byte);
    return value <= ' ' || value == 0x7F ||
           std::string_view("~^:?*[\\").find(byte) != std::string_view::npos;
}

bool is_component(std::string_view part) {
    return !part.empty() && part.front() != '.' && !part.ends_with(".lock");
}

}  // namespace

bool is_pushable_ref_name(std::string_view name) {
    if (!name.starts_with("refs/") || name.ends_with('.') ||
        name.find("..") != std::string_view::npos || name.find("@{") != std::string_view::npos ||
        std::any_of(name.begin(), name.end(), is_forbidden)) {
        return false;
    }
    const auto parts = split(name, '/');
    return parts.size() >= 2 && std::all_of(parts.begin(), parts.end(), is_component);
}

}  // namespace hookd::hooks
