#include "apps/hookd/webhook_door.hpp"

#include <string>
#include <utility>

namespace hookd::app {
namespace {

/// What the log calls the place; two that differ have different words.
std::string words_for(const config::ListenOn& on) {
    if (const auto* const tcp = std::get_if<config::ListenAddress>(&on)) {
        return tcp->host + ":" + std::to_string(tcp->port);
    }
    if (const auto* const file = std::get_if<config::ListenUnix>(&on)) {
        return "unix:" + file->path.string() + " " + std::to_string(file->mode);
    }
    const auto& name = std::get<config::ListenInherited>(on).name;
    return name.empty() ? "systemd" : "systemd:" + name;
}

http::Limits limits_of(const config::Server& server, const config::ListenTimes& times) {
    http::Limits limits;
    limits.body_bytes = server.limits.body_bytes;
    limits.handshake_time = times.handshake;
    limits.header_time = times.headers;
    limits.body_time = times.body;
    limits.write_time = times.answer;
    limits.idle_time = times.idle;
    return limits;
}

}  // namespace

WebhookDoor::WebhookDoor(http::InheritedSockets sockets, Log& log)
    : sockets_(std::move(sockets)), log_(log) {}

Status WebhookDoor::open(const config::Configuration& configuration, http::Server& server,
                         http::Service& service) {
    if (const auto& listener = configuration.server.webhooks) {
        if (listener->tls) {
            identity_ = std::make_shared<http::TlsIdentity>();
            if (auto served = serve_with(*listener->tls); !served) {
                return served;
            }
        }
        const auto port =
            listen(listener->on, limits_of(configuration.server, listener->times), server, service);
        if (!port) {
            return fail(port.error());
        }
        log_.info("listening for webhooks", {{"address", words_for(listener->on)},
                                             {"port", std::to_string(*port)},
                                             {"tls", identity_ ? "yes" : "no"}});
    }
    for (const std::string& name : sockets_.names()) {
        log_.warning("a socket was handed over that no listener asks for", {{"name", name}});
    }
    sockets_ = http::InheritedSockets();
    return {};
}

Result<std::uint16_t> WebhookDoor::listen(const config::ListenOn& on, const http::Limits& limits,
                                          http::Server& server, http::Service& service) {
    if (const auto* const tcp = std::get_if<config::ListenAddress>(&on)) {
        return server.listen(http::TcpAddress{tcp->host, tcp->port}, limits, service, identity_);
    }
    if (const auto* const file = std::get_if<config::ListenUnix>(&on)) {
        return server.listen(http::UnixAddress{file->path, file->mode}, limits, service, identity_);
    }
    auto socket = sockets_.claim(std::get<config::ListenInherited>(on).name);
    if (!socket) {
        return fail(socket.error());
    }
    return server.adopt(std::move(*socket), limits, service, identity_);
}

Status WebhookDoor::renew(const config::Configuration& before, const config::Configuration& next) {
    const auto& listener = next.server.webhooks;
    if (!listener || !listener->tls) {
        return {};
    }
    if (!identity_) {
        // Endpoints that may count on TLS would be served without.
        return fail(ErrorCode::invalid,
                    "\"tls\" cannot be added while hookd runs: stop it and start it again");
    }
    const auto& tls = *listener->tls;
    const auto& old = before.server.webhooks;
    if (old && old->tls && old->tls->certificate_text == tls.certificate_text &&
        old->tls->key_text.reveal() == tls.key_text.reveal()) {
        return {};
    }
    if (auto served = serve_with(tls); !served) {
        return served;
    }
    log_.info("a new certificate is served", {{"ends", to_rfc3339(tls.ends)}});
    return {};
}

Status WebhookDoor::serve_with(const config::TlsFiles& tls) {
    if (auto replaced = identity_->replace(tls.certificate_text, tls.key_text.reveal());
        !replaced) {
        return fail(replaced.error().in("\"" + tls.certificate.string() + "\" with \"" +
                                        tls.key.string() + "\""));
    }
    ends_ = tls.ends;
    return {};
}

bool WebhookDoor::is_same(const config::Configuration& one, const config::Configuration& other) {
    const auto words = [](const config::Configuration& configuration) {
        const auto& listener = configuration.server.webhooks;
        if (!listener) {
            return std::string();
        }
        std::string text = words_for(listener->on) + (listener->tls ? " tls" : "");
        const auto& times = listener->times;
        for (const Milliseconds time :
             {times.handshake, times.headers, times.body, times.answer, times.idle}) {
            text += " " + std::to_string(time.count());
        }
        return text;
    };
    return words(one) == words(other);
}

std::optional<WallTime> WebhookDoor::certificate_ends() const {
    return identity_ ? std::optional(ends_.load()) : std::nullopt;
}

}  // namespace hookd::app
