#include "apps/hookctl/run_watch.hpp"

#include "apps/hookctl/event_source.hpp"

#include <nlohmann/json.hpp>

namespace hookd::hookctl {

Status follow_changes(
    const Daemon& daemon, const std::string& run,
    const std::function<bool(const std::string&, const nlohmann::ordered_json&)>& on_change) {
    EventSourceParser parser;
    const std::string target = "/api/v1/stream" + (run.empty() ? "" : "?run=" + query_value(run));
    return daemon.stream(target, "", [&](std::string_view part) {
        return parser.feed(part, [&](const ServerSentEvent& event) {
            return on_change(event.type, nlohmann::ordered_json::parse(event.data, nullptr, false));
        });
    });
}

}  // namespace hookd::hookctl
