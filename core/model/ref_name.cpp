#include "core/model/ref_name.hpp"

#include "core/base/text.hpp"

#include <algorithm>

namespace hookd {
namespace {

bool is_component(std::string_view component) {
    return !component.empty() && component.front() != '.' && !component.ends_with(".lock");
}

bool is_forbidden(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte <= 0x20 || byte == 0x7F ||
           std::string_view("~^:?*[\\").find(c) != std::string_view::npos;
}

}  // namespace

bool is_ref_name(std::string_view name) {
    const auto components = split(name, '/');
    return name.starts_with("refs/") && components.size() >= 2 && !name.ends_with('.') &&
           name.find("..") == std::string_view::npos && name.find("@{") == std::string_view::npos &&
           std::none_of(name.begin(), name.end(), is_forbidden) &&
           std::all_of(components.begin(), components.end(), is_component);
}

}  // namespace hookd
