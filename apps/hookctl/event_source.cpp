#include "apps/hookctl/event_source.hpp"

namespace hookd::hookctl {

bool EventSourceParser::feed(std::string_view part,
                             const std::function<bool(const ServerSentEvent&)>& on_event) {
    while (!part.empty()) {
        const std::size_t end = part.find('\n');
        line_ += part.substr(0, end);
        if (end == std::string_view::npos) {
            return true;
        }
        part.remove_prefix(end + 1);
        if (line_.empty()) {
            const bool has_data = !event_.data.empty();
            const bool go_on = !has_data || on_event(event_);
            event_.type.clear();
            event_.data.clear();
            if (!go_on) {
                return false;
            }
            continue;
        }
        const std::size_t colon = line_.find(':');
        const std::string_view field = std::string_view(line_).substr(0, colon);
        std::string_view value = colon == std::string::npos
                                     ? std::string_view{}
                                     : std::string_view(line_).substr(colon + 1);
        if (value.starts_with(' ')) {
            value.remove_prefix(1);
        }
        if (field == "id") {
            event_.id = value;
        } else if (field == "event") {
            event_.type = value;
        } else if (field == "data") {
            event_.data += (event_.data.empty() ? "" : "\n") + std::string(value);
        }
        line_.clear();
    }
    return true;
}

}  // namespace hookd::hookctl
