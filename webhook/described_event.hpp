#pragma once

#include "core/base/result.hpp"
#include "core/model/event.hpp"
#include "webhook/json_pick.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string_view>

// Events that a sender tells of in the words of our own, as docs/events.md shows them.
namespace hookd::webhook {

/// Whether an event may leave out where its ref was.
enum class Before {
    required,
    optional,  ///< absent: nobody knows; null or false: the ref was not there
};

/// Reads an event whose members stand in `data`, without id and source. A kind that we do not have
/// is `other`; `change` is taken where `data` says none.
/// **Errors:** as `Provider::normalize`.
[[nodiscard]] Result<Event> read_described(std::string_view kind, std::string_view change,
                                           const nlohmann::json& data, Kept kept, Before before);

}  // namespace hookd::webhook
