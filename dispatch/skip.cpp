#include "dispatch/skip.hpp"

#include <algorithm>

namespace hookd::dispatch {
namespace {

/// The commit that the ref points to now; where the list does not name it, its newest.
const Commit* head_of(const Event& event) {
    const auto found =
        std::find_if(event.commits.begin(), event.commits.end(),
                     [&event](const Commit& commit) { return commit.id == event.after; });
    if (found != event.commits.end()) {
        return &*found;
    }
    return event.commits.empty() ? nullptr : &event.commits.back();
}

}  // namespace

std::optional<std::string> asks_to_skip(const Event& event) {
    if (event.kind != EventKind::push && event.kind != EventKind::tag) {
        return std::nullopt;
    }
    const auto& options = event.push_options;
    if (std::find(options.begin(), options.end(), "ci.skip") != options.end()) {
        return "push option ci.skip";
    }
    if (const Commit* head = head_of(event)) {
        for (const char* mark : {"[skip ci]", "[ci skip]"}) {
            if (head->message.find(mark) != std::string::npos) {
                return std::string(mark) + " in the message of " + head->id.substr(0, 10);
            }
        }
    }
    return std::nullopt;
}

}  // namespace hookd::dispatch
