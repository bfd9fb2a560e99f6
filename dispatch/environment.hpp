#pragma once

#include "core/model/event.hpp"
#include "core/queue/queue.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace hookd::dispatch {

/// Files that an attempt's environment names.
struct AttemptFiles {
    std::filesystem::path event;
    std::filesystem::path payload;  ///< empty where there is none
    std::filesystem::path output;
    std::filesystem::path home;
};

/// The whole environment of an attempt, "NAME=value", sorted; nothing is inherited from the
/// daemon. `own` is the rule's `env:`; it may replace PATH, LANG and TZ, never what hookd sets.
/// Variables that do not apply to the event are absent.
/// **Source:** docs/reference.md, "What an action sees".
[[nodiscard]] std::vector<std::string> make_environment(
    const Event& event, const queue::Claim& claim, const AttemptFiles& files,
    const std::map<std::string, std::string>& own);

/// "HOOKD_OUTPUT_BUILD_IMAGE" of action "build" and key "image": upper case, other bytes than
/// letters and digits become '_'.
[[nodiscard]] std::string output_variable(const std::string& action, const std::string& key);

}  // namespace hookd::dispatch
