#pragma once

#include "dispatch/verdict.hpp"

#include <utility>
#include <vector>

namespace hookd::dispatch {

/// Every clause that was asked about one rule, in the order of asking.
using Trace = std::vector<Verdict>;

/// The filters of one kind of `on`, all of which are required: the first that says no decides.
/// Without a trace nothing is asked behind it; with one the rest is asked too, and noted only.
class Clauses {
  public:
    /// `trace` may be null. **Requires:** it outlives this.
    explicit Clauses(Trace* trace) : trace_(trace) {}

    /// Calls `ask` for a Verdict unless it is no longer wanted.
    template <class Ask>
    void require(Ask&& ask) {
        if (decided_ && trace_ == nullptr) {
            return;
        }
        Verdict verdict = std::forward<Ask>(ask)();
        if (trace_ != nullptr) {
            trace_->push_back(verdict);
        }
        if (!decided_) {
            decided_ = !verdict.matched;
            last_ = std::move(verdict);
        }
    }

    /// The one that said no, or where none did the last that was asked.
    /// **Requires:** one was asked.
    [[nodiscard]] Verdict result() && { return std::move(last_); }
    /// The one that said no, or where none did `otherwise`.
    [[nodiscard]] Verdict result_or(Verdict otherwise) && {
        return decided_ ? std::move(last_) : std::move(otherwise);
    }

  private:
    Trace* const trace_;
    Verdict last_;
    bool decided_ = false;  ///< one said no
};

}  // namespace hookd::dispatch
