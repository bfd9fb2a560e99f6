#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace hookd::hookctl {

struct ServerSentEvent {
    std::string id;
    std::string type;  ///< empty: "message"
    std::string data;
};

/// Cuts a stream into server-sent events as its parts come.
/// **Source:** WHATWG HTML, "Parsing an event stream"; CR line ends are not expected.
class EventSourceParser {
  public:
    /// Calls `on_event` for each event that is whole; false ends it.
    [[nodiscard]] bool feed(std::string_view part,
                            const std::function<bool(const ServerSentEvent&)>& on_event);

  private:
    std::string line_;
    ServerSentEvent event_;
};

}  // namespace hookd::hookctl
