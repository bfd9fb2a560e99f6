#include "core/git/entry_name.hpp"

#include <algorithm>
#include <string>

namespace hookd::git {

bool is_safe_entry_name(std::string_view name) {
    if (name.empty() || name == "." || name == ".." ||
        name.find_first_of(std::string_view("/\0", 2)) != std::string_view::npos) {
        return false;
    }
    std::string folded(name.substr(0, name.find_last_not_of(" .") + 1));
    std::transform(folded.begin(), folded.end(), folded.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return folded != ".git" && folded != "git~1";
}

}  // namespace hookd::git
