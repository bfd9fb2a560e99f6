#include "core/queue/sqlite/run_tally.hpp"

#include <span>

namespace hookd::queue::sqlite {

RunTally RunTally::load(Connection& db, RunId run) {
    RunTally tally;
    tally.run_ = run;
    Rows rows = db.query(
        "SELECT r.state, r.started_at IS NOT NULL, r.n_idle, r.n_running, r.n_passed, r.n_failed, "
        "r.n_canceled, r.n_superseded, e.ulid FROM run r JOIN event e ON e.id = r.event_id "
        "WHERE r.id = ?1",
        {run});
    if (rows.next()) {
        tally.state_ = static_cast<RunState>(rows.integer(0));
        tally.started_ = rows.integer(1) != 0;
        for (std::size_t place = 0; place < places; ++place) {
            tally.counts_[place] = rows.integer(static_cast<int>(place) + 2);
        }
        tally.event_ = EventId(rows.text(8));
    }
    return tally;
}

void RunTally::move(ActionState from, ActionState to) {
    --counts_[place_of(from)];
    ++counts_[place_of(to)];
}

void RunTally::save(Transaction& transaction) {
    const RunState now = derive();
    const bool starts = !started_ && now != RunState::queued;
    transaction.db.run(
        "UPDATE run SET state = ?2, n_idle = ?3, n_running = ?4, n_passed = ?5, n_failed = ?6, "
        "n_canceled = ?7, n_superseded = ?8, started_at = coalesce(started_at, ?9), "
        "finished_at = ?10 WHERE id = ?1",
        {run_, static_cast<int>(now), counts_[idle], counts_[running], counts_[passed],
         counts_[failed], counts_[canceled], counts_[superseded],
         starts ? Value(transaction.now) : Value(std::nullopt),
         is_final(now) ? Value(transaction.now) : Value(std::nullopt)});
    started_ = started_ || starts;
    if (now != state_) {
        state_ = now;
        transaction.changes.push_back(
            {Change::Kind::run, event_, run_, {}, std::string(to_text(now))});
    }
}

RunState RunTally::initial_state(std::size_t idle_actions) {
    RunTally tally;
    tally.counts_[idle] = static_cast<std::int64_t>(idle_actions);
    return tally.derive();
}

RunTally::Place RunTally::place_of(ActionState state) {
    switch (state) {
        case ActionState::blocked:
        case ActionState::waiting:
        case ActionState::ready:
            return idle;
        case ActionState::running:
            return running;
        case ActionState::success:
        case ActionState::skipped:
            return passed;
        case ActionState::failure:
        case ActionState::error:
        case ActionState::timeout:
        case ActionState::unknown:
            return failed;
        case ActionState::canceled:
            return canceled;
        case ActionState::superseded:
            return superseded;
    }
    return idle;
}

RunState RunTally::derive() const {
    // One action for each place that is not empty gives the same state as all of them.
    constexpr std::array<ActionState, places> k_one_of = {
        ActionState::ready,   ActionState::running,  ActionState::success,
        ActionState::failure, ActionState::canceled, ActionState::superseded};
    std::array<ActionState, places> present{};
    std::size_t size = 0;
    for (std::size_t place = 0; place < places; ++place) {
        if (counts_[place] > 0) {
            present[size++] = k_one_of[place];
        }
    }
    return derive_run_state(std::span(present.data(), size));
}

}  // namespace hookd::queue::sqlite
