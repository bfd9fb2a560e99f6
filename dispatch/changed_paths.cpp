#include "dispatch/changed_paths.hpp"

#include "core/base/wildmatch.hpp"

#include <algorithm>
#include <utility>

namespace hookd::dispatch {
namespace {

/// "a.c, b.c and 3 more".
std::string list(const std::vector<std::string>& paths) {
    constexpr std::size_t k_shown = 3;
    std::string text;
    for (std::size_t i = 0; i < paths.size() && i < k_shown; ++i) {
        text += (i == 0 ? "" : ", ") + paths[i];
    }
    if (paths.size() > k_shown) {
        text += " and " + std::to_string(paths.size() - k_shown) + " more";
    }
    return paths.empty() ? "no path" : text;
}

}  // namespace

const std::optional<std::vector<std::string>>& ChangedPaths::asked() {
    if (!std::exchange(was_asked_, true) && ask_) {
        answer_ = ask_(event_);
    }
    return answer_;
}

Verdict ChangedPaths::match(std::string clause, const std::vector<std::string>& patterns) {
    const auto matches = [&patterns](const std::string& path) {
        return wildmatch_list(patterns, path);
    };
    const auto look = [&](const std::vector<std::string>& paths) -> std::optional<Verdict> {
        const auto found = std::find_if(paths.begin(), paths.end(), matches);
        return found == paths.end() ? std::nullopt : std::optional(yes(clause, *found));
    };
    // A path that matches decides, whether or not there are more.
    if (auto verdict = look(event_.paths)) {
        return *verdict;
    }
    if (event_.paths_complete) {
        return no(clause, list(event_.paths));
    }
    const auto& known = asked();
    if (!known) {
        return yes(clause,
                   "unknown: the event does not name all paths and the repository could "
                   "not say");
    }
    const auto verdict = look(*known);
    return verdict ? *verdict : no(clause, list(*known));
}

}  // namespace hookd::dispatch
