#pragma once

#include "core/model/event.hpp"
#include "dispatch/plan.hpp"
#include "dispatch/verdict.hpp"

#include <optional>
#include <string>
#include <vector>

namespace hookd::dispatch {

/// The paths an event changed: those it brought and, where it did not bring all, those that the
/// repository knows. It is asked at most once, and only if a rule depends on it.
class ChangedPaths {
  public:
    /// **Requires:** both outlive this.
    ChangedPaths(const Event& event, const AskPaths& ask) : event_(event), ask_(ask) {}

    /// Whether any changed path matches the list; matches where that cannot be known.
    [[nodiscard]] Verdict match(std::string clause, const std::vector<std::string>& patterns);

  private:
    const std::optional<std::vector<std::string>>& asked();

    const Event& event_;
    const AskPaths& ask_;
    bool was_asked_ = false;
    std::optional<std::vector<std::string>> answer_;
};

}  // namespace hookd::dispatch
