#pragma once

#include "core/http/response.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace hookd::http {

/// What gathers for a streamed answer while the batch before it is being sent.
class StreamQueue {
  public:
    struct Batch {
        std::string wire;
        std::size_t bytes = 0;  ///< the same as the service counts, without framing
    };

    void add(std::string_view part, Wire::Length length) {
        batch_.bytes += part.size();
        if (length != Wire::Length::chunked) {
            batch_.wire.append(part);
        } else if (!part.empty()) {
            append_chunk(batch_.wire, part);
        }
    }
    /// Nothing more will come. `whole` is no where the client should see that something misses.
    enum class Whole { no, yes };
    void end(Whole whole) {
        ends_ = true;
        is_whole_ = whole == Whole::yes;
    }

    [[nodiscard]] Batch take() { return std::exchange(batch_, Batch()); }
    [[nodiscard]] bool is_empty() const { return batch_.wire.empty(); }
    [[nodiscard]] bool ends() const { return ends_; }
    [[nodiscard]] bool is_whole() const { return ends_ && is_whole_; }

  private:
    Batch batch_;
    bool ends_ = false;
    bool is_whole_ = false;
};

}  // namespace hookd::http
