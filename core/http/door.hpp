#pragma once

#include "core/http/body_budget.hpp"
#include "core/http/server.hpp"

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
    Door(const Limits& door_limits, Service& door_service)
        : limits(door_limits),
          service(door_service),
          budget(std::make_shared<BodyBudget>(
              std::max(door_limits.small_bodies_in_flight_bytes,
                       std::min(door_limits.body_bytes, k_small_body_bytes)),
              std::max(door_limits.large_bodies_in_flight_bytes, door_limits.body_bytes))) {}

    /// Whether one more connection may come in. `group` is Accepted::group; empty: not counted.
    [[nodiscard]] bool admits(const std::string& group) const {
        const auto same = by_group_.find(group);
        return connections_ < limits.connections && (group.empty() || same == by_group_.end() ||
                                                     same->second < limits.connections_per_peer);
    }

    const Limits limits;
    Service& service;
    const std::shared_ptr<BodyBudget> budget;

  private:
    friend class Place;

    std::size_t connections_ = 0;
    std::unordered_map<std::string, std::size_t> by_group_;
};

/// A connection's place within the limits, given back when it is destroyed.
class Place {
  public:
    Place(Door& door, std::string group) : door_(door), group_(std::move(group)) {
        ++door_.connections_;
        ++door_.by_group_[group_];
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place() {
        --door_.connections_;
        const auto same = door_.by_group_.find(group_);
        if (--same->second == 0) {
            door_.by_group_.erase(same);
        }
    }

  private:
    Door& door_;
    const std::string group_;
};

}  // namespace hookd::http
