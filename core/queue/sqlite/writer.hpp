#pragma once

#include "core/queue/sqlite/batch.hpp"
#include "core/queue/sqlite/store.hpp"
#include "core/queue/sqlite/transaction.hpp"
#include "core/queue/sqlite/wal_keeper.hpp"

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <span>
#include <thread>
#include <type_traits>
#include <vector>

namespace hookd::queue::sqlite {

/// The one thread that changes the database. What has gathered while it was committing becomes
/// the next transaction, so many callers share one sync of the disk and nobody lingers.
class Writer {
  public:
    struct Setup {
        /// Opens the file again after it has failed, for the writer of this epoch.
        std::function<Result<OpenedWriter>(std::int64_t epoch)> reconnect;
        /// Closes the readers, before the file is opened again.
        std::function<void()> close_readers;
        /// Told what was committed, on the writer's thread.
        std::function<void(std::span<const Change>)> publish;
        std::size_t most_waiting_accepts = 0;
        std::size_t most_waiting_bytes = 0;
    };

    /// **Requires:** `clock` outlives the writer.
    Writer(Setup setup, OpenedWriter opened, const Clock& clock);
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;
    /// Commits what waits, then ends.
    ~Writer();

    /// Queues an accept. Its `done` is called at once where too much waits already.
    void submit_accept(std::unique_ptr<WriteTask> task);

    /// Queues what nobody waits for. It is written in what room the others leave, so that no number
    /// of them keeps an accept waiting or takes its place.
    void submit_record(std::unique_ptr<WriteTask> task);

    /// Makes `change(transaction)` and gives its result once that is on disk. An error that it
    /// returns is an answer: what it wrote is kept.
    /// **Requires:** `change` can be called again after a rollback; not on the writer's thread.
    template <class F>
    [[nodiscard]] auto call(F change) -> std::invoke_result_t<F, Transaction&>;

  private:
    /// Tasks that wait, and the memory that they hold.
    struct Waiting {
        std::deque<std::unique_ptr<WriteTask>> tasks;
        std::size_t bytes = 0;

        [[nodiscard]] std::unique_ptr<WriteTask> take();
    };

    /// What is done and not yet freed. Memory is freed by the threads that made it: the allocator
    /// would make them and the writer wait for each other, for every piece.
    class Spent {
      public:
        /// Keeps those that are small, as far as there is room; the others stay in `tasks`.
        void keep(Batch& tasks);
        /// Moves some to whoever frees them, more than it makes anew.
        void take(Batch& into);

      private:
        Batch tasks_;
        std::size_t bytes_ = 0;
    };

    void submit(std::unique_ptr<WriteTask> task);
    void submit_to(Waiting& waiting, std::unique_ptr<WriteTask> task, std::size_t most_tasks,
                   std::size_t most_bytes, const char* why_full);
    void run();
    [[nodiscard]] Batch next_batch();
    void write(Batch batch);
    void use(OpenedWriter opened);
    void reopen();

    Setup setup_;
    const Clock& clock_;
    std::unique_ptr<Connection> connection_;
    std::optional<WalKeeper> wal_;
    WriterMemory memory_;
    /// Why nothing can be written: the file has failed and could not be opened again.
    std::optional<Error> down_;
    bool replaced_ = false;

    std::mutex mutex_;
    std::condition_variable wake_;
    // Claims, results and renewals go before accepts: a lease must not run out behind a flood.
    std::deque<std::unique_ptr<WriteTask>> control_;
    Waiting accepts_;
    Waiting records_;
    Spent spent_;
    bool stopping_ = false;

    std::thread thread_;
};

/// A change whose caller waits for it.
template <class F>
class CallTask final : public WriteTask {
  public:
    using Answer = std::invoke_result_t<F, Transaction&>;

    explicit CallTask(F change) : change_(std::move(change)) {}
    [[nodiscard]] std::future<Answer> answer() { return promise_.get_future(); }

    void apply(Transaction& transaction) override { answer_ = change_(transaction); }
    void done(const Status& committed) override {
        promise_.set_value(committed ? std::move(*answer_) : Answer(fail(committed.error())));
    }

  private:
    F change_;
    std::optional<Answer> answer_;
    std::promise<Answer> promise_;
};

template <class F>
auto Writer::call(F change) -> std::invoke_result_t<F, Transaction&> {
    auto task = std::make_unique<CallTask<F>>(std::move(change));
    auto answer = task->answer();
    submit(std::move(task));
    return answer.get();
}

}  // namespace hookd::queue::sqlite
