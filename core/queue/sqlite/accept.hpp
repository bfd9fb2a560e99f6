#pragma once

#include "core/queue/sqlite/batch.hpp"
#include "core/queue/sqlite/packed_body.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace hookd::queue::sqlite {

/// Stores a delivery with its events, their runs and actions. Whatever can be worked out without
/// the database is worked out here, on the caller's thread.
class AcceptTask final : public WriteTask {
  public:
    /// What is stored of an event beside its columns.
    struct Prepared {
        std::string json;
        std::string decisions;
        std::optional<std::int64_t> identity;  ///< set where it is a ref change
    };

    /// **Errors:** invalid where `arrival` contradicts itself.
    [[nodiscard]] static Status check(const Arrival& arrival);
    /// **Requires:** `check` has passed.
    AcceptTask(Arrival arrival, AcceptDone done);

    void apply(Transaction& transaction) override;
    void done(const Status& committed) override;
    [[nodiscard]] std::size_t bytes() const override { return bytes_; }

  private:
    struct StoredDelivery {
        std::int64_t row = 0;
        bool is_new = false;
    };

    [[nodiscard]] std::optional<std::int64_t> hash_of_body() const;
    /// Stores the delivery, or finds the one that it is again. `refused`: of what it is a replay.
    [[nodiscard]] StoredDelivery store_delivery(Transaction& transaction, std::int64_t source,
                                                std::optional<std::int64_t> refused) const;

    Arrival arrival_;
    AcceptDone done_;
    std::string headers_;
    PackedBody body_;
    std::vector<Prepared> prepared_;
    std::optional<std::int64_t> key_hash_;  ///< where it has a key
    /// Where nothing but its body tells a replay: it has events, and they move no ref.
    std::optional<std::int64_t> body_hash_;
    std::size_t bytes_ = 0;
    Accepted accepted_;
};

}  // namespace hookd::queue::sqlite
