#pragma once

#include "config/generic_sender.hpp"
#include "core/base/result.hpp"
#include "core/model/event.hpp"
#include "webhook/event_map.hpp"
#include "webhook/provider.hpp"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace hookd::webhook {

/// What an endpoint of the provider `generic` says of its sender, made ready once.
/// **Thread:** any; it does not change.
class GenericSender {
  public:
    /// Bodies that become tables for Lua, at most.
    static constexpr std::size_t k_most_lua_bytes = std::size_t{1} << 20;

    explicit GenericSender(config::GenericSender configured);

    [[nodiscard]] const config::SenderProof& proof() const { return proof_; }
    /// Empty where there is none.
    [[nodiscard]] const std::string& event_header() const { return event_header_; }
    [[nodiscard]] const std::string& delivery_header() const { return delivery_header_; }

    /// As `Provider::normalize`. Without a name of its own an event is named by its kind.
    [[nodiscard]] Result<std::vector<Event>> read(const ProviderRequest& request) const;
    /// As `Provider::make_push`.
    [[nodiscard]] Result<PushBody> make_push(const MadeUpPush& push) const;

  private:
    [[nodiscard]] Result<nlohmann::json> call(const config::LuaFunction& function,
                                              const ProviderRequest& request) const;
    [[nodiscard]] Result<Event> finish(nlohmann::json members, Kept kept,
                                       const ProviderRequest& request) const;

    config::SenderProof proof_;
    std::string event_header_;
    std::string delivery_header_;
    std::string repository_;
    std::variant<PreparedMap, config::LuaFunction> mapping_;
};

}  // namespace hookd::webhook
