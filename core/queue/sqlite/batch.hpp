#pragma once

#include "core/queue/sqlite/transaction.hpp"

#include <cstddef>
#include <memory>
#include <vector>

namespace hookd::queue::sqlite {

/// What a task of more bytes holds is freed as soon as it is done; see Writer::Spent.
inline constexpr std::size_t k_most_spent_bytes_of_one = std::size_t{64} << 10;

/// A change on its way to the disk.
class WriteTask {
  public:
    virtual ~WriteTask() = default;
    /// Makes the change. May be called again from the beginning after a rollback.
    virtual void apply(Transaction& transaction) = 0;
    /// Called once: success after the commit that holds the change, or why nothing of it is kept.
    virtual void done(const Status& committed) = 0;
    /// How much memory waits with it.
    [[nodiscard]] virtual std::size_t bytes() const { return 0; }
};

using Batch = std::vector<std::unique_ptr<WriteTask>>;

struct BatchResult {
    std::vector<Status> outcomes;    ///< one for each task
    std::vector<Change> changes;     ///< of those that succeeded, in order
    std::optional<Failure> failure;  ///< that failed all of them
};

/// Makes the changes of `batch` in one transaction. One that cannot be stored fails alone; a
/// failure of the file or of the commit fails all, and then nothing is stored.
[[nodiscard]] BatchResult write_batch(const Batch& batch, Connection& db, WriterMemory& memory,
                                      const Clock& clock);

}  // namespace hookd::queue::sqlite
