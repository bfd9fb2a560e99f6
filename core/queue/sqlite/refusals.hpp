#pragma once

#include "core/queue/sqlite/batch.hpp"

#include <mutex>
#include <string>

namespace hookd::queue::sqlite {

/// Writes down why the delivery with this key brought nothing.
void insert_refusal(Connection& db, const Delivery& delivery, std::int64_t delivery_key,
                    std::int64_t source, bool keeps_sender_key);

/// Stores a delivery that was not taken.
class RecordTask final : public WriteTask {
  public:
    /// **Errors:** invalid where `delivery` cannot be recorded.
    [[nodiscard]] static Status check(const Delivery& delivery);
    /// **Requires:** `check` has passed.
    RecordTask(Delivery delivery, RecordDone done);

    void apply(Transaction& transaction) override;
    void done(const Status& committed) override { done_(committed); }
    [[nodiscard]] std::size_t bytes() const override { return bytes_; }

  private:
    Delivery delivery_;
    RecordDone done_;
    std::string headers_;
    std::size_t bytes_;
};

/// Lets so many through in a minute: a flood that anybody can send must not become as many
/// commits. **Thread:** any.
class SampleGate {
  public:
    [[nodiscard]] bool lets_through(BootTime now);

  private:
    std::mutex mutex_;
    std::optional<BootTime> began_;
    std::int64_t passed_ = 0;
};

}  // namespace hookd::queue::sqlite
