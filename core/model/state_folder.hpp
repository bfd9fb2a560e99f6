#pragma once

#include "core/model/ids.hpp"

#include <filesystem>

namespace hookd {

/// Where things lie in the state directory. Names come from our own ids only (threats.md T100).
class StateFolder {
  public:
    explicit StateFolder(std::filesystem::path root) : root_(std::move(root)) {}

    [[nodiscard]] const std::filesystem::path& root() const { return root_; }
    /// Written once the queue's database has been made: from then on a missing database is a loss,
    /// not a fresh start.
    [[nodiscard]] std::filesystem::path marker() const { return root_ / "initialized"; }
    [[nodiscard]] std::filesystem::path database() const { return root_ / "queue.db"; }
    /// Socket of the HTTP API.
    [[nodiscard]] std::filesystem::path api_socket() const { return root_ / "hookd.sock"; }
    /// Where hooks leave pushes, and the socket they poke.
    [[nodiscard]] std::filesystem::path spool() const { return root_ / "spool"; }
    [[nodiscard]] std::filesystem::path spool_socket() const { return root_ / "spool.sock"; }
    /// Held, shared, by every supervisor while it lives.
    [[nodiscard]] std::filesystem::path supervisors_lock() const {
        return root_ / "supervisors.lock";
    }
    [[nodiscard]] std::filesystem::path logs() const { return root_ / "logs"; }
    [[nodiscard]] std::filesystem::path log(Fence fence) const {
        return logs() / (fence.text() + ".log");
    }
    /// One folder an attempt, gone when it is over.
    [[nodiscard]] std::filesystem::path work() const { return root_ / "work"; }
    [[nodiscard]] std::filesystem::path work(Fence fence) const { return work() / fence.text(); }

  private:
    std::filesystem::path root_;
};

}  // namespace hookd
