#pragma once

#include "core/base/result.hpp"
#include "core/model/event.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>

namespace hookd {

/// The one JSON form of an event, as in docs/events.md. Text that is not valid UTF-8 is shown
/// with U+FFFD and carried exactly in a sibling `<name>_base64` (for `paths` and a commit's path
/// lists an array in which valid names are null).
[[nodiscard]] nlohmann::ordered_json to_json(const Event& event);

/// `to_json` as text, on one line.
[[nodiscard]] std::string to_json_text(const Event& event);

/// Reads what `to_json` wrote. **Errors:** invalid, naming the field.
[[nodiscard]] Result<Event> event_from_json(std::string_view text);

/// Sets `object[name]` to `bytes` as text, and `object[name + "_base64"]` where that loses bytes.
void set_bytes(nlohmann::ordered_json& object, const std::string& name, std::string_view bytes);

}  // namespace hookd
