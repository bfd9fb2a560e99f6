#pragma once

#include "core/base/result.hpp"
#include "core/model/event.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string_view>

namespace hookd::webhook {

/// The members that describe the movement of a ref; most providers call them so.
struct RefChangeNames {
    std::string_view ref = "ref";
    std::string_view before = "before";
    std::string_view after = "after";
};

/// Describes the ref that moved. Of an annotated tag the id is the tag object's, as it is for git's
/// own hooks.
/// **Errors:** invalid.
[[nodiscard]] Status set_ref_change(Event& event, const nlohmann::json& change,
                                    const RefChangeNames& names = {});

}  // namespace hookd::webhook
