#pragma once

#include "core/http/body_budget.hpp"
#include "core/http/server.hpp"
#include "core/http/tls_identity.hpp"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>

namespace hookd::http {

/// One listener's rules, and what its connections use up of them. **Thread:** the network thread.
class Door {
  public:
    Door(const Limits& door_limits, Service& door_service,
         std::shared_ptr<const TlsIdentity> identity)
        : limits(door_limits),
          service(door_service),
          budget(std::make_shared<BodyBudget>(
              std::max(door_limits.small_bodies_in_flight_bytes,
                       std::min(door_limits.body_bytes, k_small_body_bytes)),
              std::max(door_limits.large_bodies_in_flight_bytes, door_limits.body_bytes))),
          tls(std::move(identity)) {}

    /// Whether one more connection may come in. `group` is Accepted::group; empty: not counted.
    [[nodiscard]] bool admits(const std::string& group) const {
        if (connections_ >= limits.connections) {
            return false;
        }
        const auto same = by_group_.find(group);
        return group.empty() || same == by_group_.end() ||
               (same->second.connections < limits.connections_per_peer &&
                same->second.handshakes < limits.handshakes_per_peer);
    }

    const Limits limits;
    Service& service;
    const std::shared_ptr<BodyBudget> budget;
    const std::shared_ptr<const TlsIdentity> tls;  ///< null: plain connections

  private:
    friend class Place;

    struct Used {
        std::size_t connections = 0;
        std::size_t handshakes = 0;  ///< of those, not finished
    };

    std::size_t connections_ = 0;
    std::unordered_map<std::string, Used> by_group_;
};

/// A connection's place within the limits, given back when it is destroyed. One with TLS is in
/// its handshake until `end_handshake`.
class Place {
  public:
    Place(Door& door, std::string group)
        : door_(door), group_(std::move(group)), in_handshake_(door.tls != nullptr) {
        ++door_.connections_;
        Door::Used& used = door_.by_group_[group_];
        ++used.connections;
        used.handshakes += in_handshake_ ? 1 : 0;
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place() {
        end_handshake();
        --door_.connections_;
        const auto same = door_.by_group_.find(group_);
        if (--same->second.connections == 0) {
            door_.by_group_.erase(same);
        }
    }

    void end_handshake() {
        if (std::exchange(in_handshake_, false)) {
            --door_.by_group_.find(group_)->second.handshakes;
        }
    }

  private:
    Door& door_;
    const std::string group_;
    bool in_handshake_;
};

}  // namespace hookd::http
