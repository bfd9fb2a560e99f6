#pragma once

#include "config/generic_sender.hpp"
#include "core/base/result.hpp"
#include "webhook/json_pick.hpp"
#include "webhook/provider.hpp"
#include "webhook/selection.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string_view>

namespace hookd::webhook {

/// JSON pointers into bodies, made ready once: only what they name is kept of a body.
class PreparedMap {
  public:
    explicit PreparedMap(config::EventMap map);

    /// The members of an event (docs/events.md) that the body holds; what a pointer does not find
    /// is left out. **Errors:** invalid: no JSON object or list; too long for the places in it.
    [[nodiscard]] Result<Kept> read(std::string_view body, nlohmann::json& members) const;

    /// The other way round: a body in which the pointers find that push. **Errors:** invalid,
    /// where no body says so: a constant is another, or two pointers are in each other's way.
    [[nodiscard]] Result<PushBody> make_push(const MadeUpPush& push) const;

  private:
    config::EventMap map_;
    Selection wanted_;
    bool has_indexes_ = false;
};

}  // namespace hookd::webhook
