#include "core/queue/sqlite/writer.hpp"

#include "core/queue/sqlite/leases.hpp"

#include <algorithm>
#include <utility>

namespace hookd::queue::sqlite {
namespace {

// Bounds of one transaction: how long its first caller waits, and how much memory it holds.
constexpr std::size_t k_most_tasks = 512;
constexpr std::size_t k_most_bytes = std::size_t{8} << 20;
// Of these, records may hold so much: an accept that comes while they are written waits for them.
constexpr std::size_t k_most_records = 16;
constexpr std::size_t k_most_record_bytes = std::size_t{1} << 20;

// Of what is done, so much may wait to be freed.
constexpr std::size_t k_most_spent_bytes = std::size_t{1} << 20;
constexpr std::size_t k_freed_at_once = 2;

constexpr std::size_t k_most_waiting_records = 256;
constexpr std::size_t k_most_waiting_record_bytes = std::size_t{32} << 20;

}  // namespace

Writer::Writer(Setup setup, OpenedWriter opened, const Clock& clock)
    : setup_(std::move(setup)), clock_(clock) {
    use(std::move(opened));
    thread_ = std::thread([this] { run(); });
}

Writer::~Writer() {
    {
        const std::scoped_lock lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

void Writer::submit_accept(std::unique_ptr<WriteTask> task) {
    submit_to(accepts_, std::move(task), setup_.most_waiting_accepts, setup_.most_waiting_bytes,
              "too many deliveries wait to be written");
}

void Writer::submit_record(std::unique_ptr<WriteTask> task) {
    submit_to(records_, std::move(task), k_most_waiting_records, k_most_waiting_record_bytes,
              "too many refused deliveries wait to be written");
}

void Writer::submit_to(Waiting& waiting, std::unique_ptr<WriteTask> task, std::size_t most_tasks,
                       std::size_t most_bytes, const char* why_full) {
    Batch spent;  // freed without the lock
    spent.reserve(k_freed_at_once);
    std::unique_lock lock(mutex_);
    spent_.take(spent);
    const bool is_full = waiting.tasks.size() >= most_tasks || waiting.bytes >= most_bytes;
    if (stopping_ || is_full) {
        const char* why = stopping_ ? "the queue is closing" : why_full;
        lock.unlock();
        task->done(fail(ErrorCode::unavailable, why));
        return;
    }
    waiting.bytes += task->bytes();
    waiting.tasks.push_back(std::move(task));
    lock.unlock();
    wake_.notify_one();
}

std::unique_ptr<WriteTask> Writer::Waiting::take() {
    std::unique_ptr<WriteTask> task = std::move(tasks.front());
    tasks.pop_front();
    bytes -= task->bytes();
    return task;
}

void Writer::Spent::keep(Batch& tasks) {
    for (auto& task : tasks) {
        const std::size_t bytes = task->bytes();
        if (bytes > 0 && bytes <= k_most_spent_bytes_of_one &&
            bytes_ + bytes <= k_most_spent_bytes) {
            bytes_ += bytes;
            tasks_.push_back(std::move(task));
        }
    }
}

void Writer::Spent::take(Batch& into) {
    while (!tasks_.empty() && into.size() < k_freed_at_once) {
        bytes_ -= tasks_.back()->bytes();
        into.push_back(std::move(tasks_.back()));
        tasks_.pop_back();
    }
}

void Writer::submit(std::unique_ptr<WriteTask> task) {
    if (std::this_thread::get_id() == thread_.get_id()) {
        // Waiting here would be waiting for ourselves.
        task->done(fail("a listener called a function of the queue that waits for the writer"));
        return;
    }
    std::unique_lock lock(mutex_);
    if (stopping_) {
        lock.unlock();
        task->done(fail(ErrorCode::unavailable, "the queue is closing"));
        return;
    }
    control_.push_back(std::move(task));
    lock.unlock();
    wake_.notify_one();
}

void Writer::run() {
    for (;;) {
        Batch batch = next_batch();
        if (batch.empty()) {
            return;
        }
        write(std::move(batch));
    }
}

Batch Writer::next_batch() {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] {
        return stopping_ || !control_.empty() || !accepts_.tasks.empty() || !records_.tasks.empty();
    });
    Batch batch;
    while (!control_.empty() && batch.size() < k_most_tasks) {
        batch.push_back(std::move(control_.front()));
        control_.pop_front();
    }
    std::size_t bytes = 0;
    const auto add = [&batch, &bytes](Waiting& from, std::size_t most_tasks,
                                      std::size_t most_bytes) {
        while (!from.tasks.empty() && batch.size() < most_tasks && bytes < most_bytes) {
            batch.push_back(from.take());
            bytes += batch.back()->bytes();
        }
    };
    add(accepts_, k_most_tasks, k_most_bytes);
    add(records_, std::min(k_most_tasks, batch.size() + k_most_records),
        std::min(k_most_bytes, bytes + k_most_record_bytes));
    return batch;
}

void Writer::write(Batch batch) {
    if (down_ && !replaced_) {
        reopen();
    }
    if (down_) {
        for (const auto& task : batch) {
            task->done(fail(*down_));
        }
        return;
    }
    const BatchResult result = write_batch(batch, *connection_, memory_, clock_);
    for (std::size_t i = 0; i < batch.size(); ++i) {
        batch[i]->done(result.outcomes[i]);
    }
    {
        const std::scoped_lock lock(mutex_);
        spent_.keep(batch);
    }
    batch.clear();
    if (!result.changes.empty()) {
        setup_.publish(result.changes);
    }
    if (!result.failure && !connection_->failure()) {
        wal_->tend();
        return;
    }
    const auto kind = connection_->failure() ? Failure::Kind::broken : result.failure->kind;
    if (kind == Failure::Kind::full) {
        wal_->relieve();
    }
    if (kind == Failure::Kind::replaced || kind == Failure::Kind::broken) {
        down_ = to_error(result.failure ? *result.failure : *connection_->failure());
        replaced_ = kind == Failure::Kind::replaced;
    }
    if (kind == Failure::Kind::broken) {
        reopen();
    }
}

void Writer::use(OpenedWriter opened) {
    connection_ = std::move(opened.connection);
    wal_.emplace(*connection_, std::move(opened.mover));
    memory_.epoch = opened.epoch;
    memory_.repositories.clear();
    memory_.sources.clear();
    memory_.index.forget();
    load_leases(*connection_, memory_, clock_.wall(), clock_.boot());
}

void Writer::reopen() {
    // After a failed sync the kernel may have dropped what it could not write and report success
    // the next time: only reading the file anew tells what is there (T080).
    // The writer closes last, so that its closing can move the log into the database.
    setup_.close_readers();
    wal_.reset();
    connection_.reset();
    auto opened = setup_.reconnect(memory_.epoch);
    if (!opened) {
        down_ = Error{ErrorCode::unavailable, opened.error().message};
        return;
    }
    use(*std::move(opened));
    down_.reset();
}

}  // namespace hookd::queue::sqlite
