#include "core/queue/queue.hpp"

#include <future>
#include <utility>

namespace hookd::queue {

std::string_view to_text(Verdict::Kind kind) {
    switch (kind) {
        case Verdict::Kind::accepted:
            return "accepted";
        case Verdict::Kind::suspicious:
            return "suspicious";
        case Verdict::Kind::refused:
            return "refused";
        case Verdict::Kind::unproven:
            break;
    }
    return "unproven";
}

std::string_view to_text(RerunCause cause) {
    return cause == RerunCause::replay ? "replay" : "redelivery";
}

Result<Accepted> Queue::accept_and_wait(Arrival arrival) {
    // Owned by the callback: it may still be in use when the answer has woken us.
    const auto promise = std::make_shared<std::promise<Result<Accepted>>>();
    auto answer = promise->get_future();
    accept(std::move(arrival),
           [promise](Result<Accepted> accepted) { promise->set_value(std::move(accepted)); });
    return answer.get();
}

Status Queue::record_and_wait(Delivery delivery) {
    const auto promise = std::make_shared<std::promise<Status>>();
    auto answer = promise->get_future();
    record(std::move(delivery), [promise](Status recorded) { promise->set_value(recorded); });
    return answer.get();
}

}  // namespace hookd::queue
