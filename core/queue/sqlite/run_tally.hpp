#pragma once

#include "core/model/states.hpp"
#include "core/queue/sqlite/transaction.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace hookd::queue::sqlite {

/// How many actions of a run are where: its state follows without looking at them, however many
/// there are.
class RunTally {
  public:
    /// Of a run that is in the database.
    [[nodiscard]] static RunTally load(Connection& db, RunId run);

    [[nodiscard]] const EventId& event() const { return event_; }
    [[nodiscard]] RunId run() const { return run_; }

    /// Counts one action that went from one state to another.
    void move(ActionState from, ActionState to);
    /// Stores it, with the run's new state where that has changed.
    void save(Transaction& transaction);

    /// State of a new run with `idle` actions.
    [[nodiscard]] static RunState initial_state(std::size_t idle);

  private:
    enum Place : std::size_t { idle, running, passed, failed, canceled, superseded, places };

    [[nodiscard]] static Place place_of(ActionState state);
    [[nodiscard]] RunState derive() const;

    RunId run_;
    EventId event_;
    RunState state_ = RunState::queued;
    bool started_ = false;
    std::array<std::int64_t, places> counts_{};
};

}  // namespace hookd::queue::sqlite
