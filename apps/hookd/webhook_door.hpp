#pragma once

#include "config/configuration.hpp"
#include "core/base/clock.hpp"
#include "core/base/log.hpp"
#include "core/base/result.hpp"
#include "core/http/inherited_sockets.hpp"
#include "core/http/server.hpp"
#include "core/http/tls_identity.hpp"

#include <atomic>
#include <memory>
#include <optional>

namespace hookd::app {

/// The webhook listener as the configuration wants it.
class WebhookDoor {
  public:
    WebhookDoor(http::InheritedSockets sockets, Log& log);

    /// Listens, where the configuration says so. Once, before the server starts.
    [[nodiscard]] Status open(const config::Configuration& configuration, http::Server& server,
                              http::Service& service);

    /// Serves newcomers with the certificate of `next`, where it changed. **Thread:** any.
    /// **Errors:** it cannot be used, or there was none at the start; nothing has changed then.
    [[nodiscard]] Status renew(const config::Configuration& before,
                               const config::Configuration& next);

    /// Whether both listen in the same way; other files or hosts are no difference.
    [[nodiscard]] static bool is_same(const config::Configuration& one,
                                      const config::Configuration& other);

    /// When the certificate that is served is over; nothing without TLS. **Thread:** any.
    [[nodiscard]] std::optional<WallTime> certificate_ends() const;

  private:
    [[nodiscard]] Result<std::uint16_t> listen(const config::ListenOn& on,
                                               const http::Limits& limits, http::Server& server,
                                               http::Service& service);
    [[nodiscard]] Status serve_with(const config::TlsFiles& tls);

    http::InheritedSockets sockets_;
    Log& log_;
    std::shared_ptr<http::TlsIdentity> identity_;  ///< null: no TLS
    std::atomic<WallTime> ends_{};
};

}  // namespace hookd::app
