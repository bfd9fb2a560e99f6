#include "hooks/answer_board.hpp"

namespace hookd::hooks {
namespace {

constexpr std::size_t k_most_entries = 512;

}  // namespace

Status AnswerBoard::open() {
    auto event = make_event_fd();
    if (!event) {
        return fail(event.error());
    }
    changed_ = std::move(*event);
    return {};
}

void AnswerBoard::put(const std::string& file_name, Entry entry) {
    {
        const std::lock_guard lock(mutex_);
        // A file that was kept is answered about again.
        if (entries_.insert_or_assign(file_name, std::move(entry)).second) {
            order_.push_back(file_name);
        }
        if (order_.size() > k_most_entries) {
            entries_.erase(order_.front());
            order_.pop_front();
        }
    }
    signal_event_fd(changed_.get());
}

std::optional<AnswerBoard::Entry> AnswerBoard::find(const std::string& file_name) const {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(file_name);
    return found == entries_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace hookd::hooks
