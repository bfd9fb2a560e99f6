#pragma once

#include "core/base/result.hpp"
#include "core/git/repository.hpp"
#include "core/model/event.hpp"
#include "core/queue/replay.hpp"

#include <optional>
#include <string>

// A webhook is a hint: who has once seen a signed one can send it again when the ref has long moved
// on. What cannot be taken back is done only where the repository says the same (threats.md T007).
namespace hookd::dispatch {

/// Whether what `event` says of its ref must be looked up: it came from outside, or a delivery from
/// outside runs it again. What the repository's own hook or a comparison has found is no hint, and
/// what a person runs again is wanted as it was.
[[nodiscard]] bool is_only_a_hint(const Event& event, std::optional<queue::RerunCause> rerun);

/// Why `commit` is not what the event's ref points at any more, one line; empty where it is. Looked
/// at are: of a push or a tag its ref; of a merged request its target branch; of another one its
/// source branch. Annotated tags are peeled on both sides. An event of no ref is never moved on.
[[nodiscard]] Result<std::string> why_moved_on(const git::Repository& repository,
                                               const Event& event, const std::string& commit);

}  // namespace hookd::dispatch
