#include "core/queue/queue.hpp"

#include <future>
#include <utility>

namespace hookd::queue {

Result<Accepted> Queue::accept_and_wait(Arrival arrival) {
    // Owned by the callback: it may still be in use when the answer has woken us.
    const auto promise = std::make_shared<std::promise<Result<Accepted>>>();
    auto answer = promise->get_future();
    accept(std::move(arrival),
           [promise](Result<Accepted> accepted) { promise->set_value(std::move(accepted)); });
    return answer.get();
}

}  // namespace hookd::queue
