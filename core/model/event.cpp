#include "core/model/event.hpp"

#include <array>

namespace hookd {
namespace {

constexpr std::array<std::string_view, 9> k_kinds = {
    "push", "tag", "merge_request", "release", "comment", "ping", "schedule", "manual", "other"};

bool is_zero_id(std::string_view id) {
    return id.find_first_not_of('0') == std::string_view::npos;
}

}  // namespace

std::string_view to_text(EventKind kind) {
    return k_kinds[static_cast<std::size_t>(kind)];
}

std::optional<EventKind> event_kind_from(std::string_view text) {
    for (std::size_t i = 0; i < k_kinds.size(); ++i) {
        if (k_kinds[i] == text) {
            return static_cast<EventKind>(i);
        }
    }
    return std::nullopt;
}

bool Event::is_ref_change() const {
    return (kind == EventKind::push || kind == EventKind::tag) && !ref.empty() && !before.empty() &&
           !after.empty();
}

std::string Event::commit() const {
    if (merge_request) {
        return merge_request->merge_commit.empty() ? merge_request->source_commit
                                                   : merge_request->merge_commit;
    }
    return is_zero_id(after) ? std::string{} : after;
}

void describe_ref_change(Event& event, std::string ref, std::string before, std::string after) {
    event.branch = branch_of(ref);
    event.tag = tag_of(ref);
    event.kind = !event.branch.empty() ? EventKind::push
                 : !event.tag.empty()  ? EventKind::tag
                                       : EventKind::other;
    const bool created = !before.empty() && is_zero_id(before);
    event.change = created ? "created" : is_zero_id(after) ? "deleted" : "updated";
    event.ref = std::move(ref);
    event.before = std::move(before);
    event.after = std::move(after);
}

}  // namespace hookd
