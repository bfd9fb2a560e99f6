#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

namespace hookd::http {

/// A body of more bytes is a large one.
inline constexpr std::uint64_t k_small_body_bytes = std::uint64_t{1} << 20;

/// How many bytes of bodies may be in memory at once, over all connections of a listener. Small
/// and large bodies do not share it: whoever sends large ones leaves small ones their room.
/// **Thread:** any.
class BodyBudget {
  public:
    BodyBudget(std::uint64_t small_bytes, std::uint64_t large_bytes)
        : parts_{Part{small_bytes}, Part{large_bytes}} {}

    /// Whether a body of `bytes` would fit now. Takes nothing: a client that only announces a body
    /// must not keep others out.
    [[nodiscard]] bool has_room_for(std::uint64_t bytes) const {
        const Part& part = parts_[index_for(bytes)];
        const std::uint64_t used = part.used.load(std::memory_order_relaxed);
        return used <= part.limit && bytes <= part.limit - used;
    }

    /// What bodies hold now.
    [[nodiscard]] std::uint64_t used() const {
        return parts_[0].used.load(std::memory_order_relaxed) +
               parts_[1].used.load(std::memory_order_relaxed);
    }

  private:
    friend class BodyCharge;

    struct Part {
        explicit Part(std::uint64_t bytes) : limit(bytes) {}

        [[nodiscard]] bool take(std::uint64_t bytes) {
            const std::uint64_t before = used.fetch_add(bytes, std::memory_order_relaxed);
            if (before + bytes > limit) {
                give_back(bytes);
                return false;
            }
            return true;
        }
        void give_back(std::uint64_t bytes) { used.fetch_sub(bytes, std::memory_order_relaxed); }

        const std::uint64_t limit;
        std::atomic<std::uint64_t> used{0};
    };

    static std::size_t index_for(std::uint64_t bytes) { return bytes > k_small_body_bytes ? 1 : 0; }

    std::array<Part, 2> parts_;
};

/// What one request holds of the budget; given back when it is destroyed.
class BodyCharge {
  public:
    /// `declared`: what the body is said to have; 0 where that is not said.
    BodyCharge(std::shared_ptr<BodyBudget> budget, std::uint64_t declared)
        : budget_(std::move(budget)), part_(BodyBudget::index_for(declared)) {}
    BodyCharge(BodyCharge&& other) noexcept
        : budget_(std::move(other.budget_)),
          part_(other.part_),
          bytes_(std::exchange(other.bytes_, 0)) {}
    BodyCharge(const BodyCharge&) = delete;
    BodyCharge& operator=(const BodyCharge&) = delete;
    BodyCharge& operator=(BodyCharge&&) = delete;
    ~BodyCharge() { release(); }

    /// Takes `bytes` more. False where the budget is used up: then nothing more is taken.
    [[nodiscard]] bool take(std::uint64_t bytes) {
        const std::size_t part = std::max(part_, BodyBudget::index_for(bytes_ + bytes));
        // A body that turns out to be large moves with all it has.
        const std::uint64_t moving = part == part_ ? 0 : bytes_;
        if (!budget_->parts_[part].take(moving + bytes)) {
            return false;
        }
        if (moving > 0) {
            budget_->parts_[part_].give_back(moving);
        }
        part_ = part;
        bytes_ += bytes;
        return true;
    }

    void release() {
        if (budget_ && bytes_ > 0) {
            budget_->parts_[part_].give_back(std::exchange(bytes_, 0));
        }
    }

  private:
    std::shared_ptr<BodyBudget> budget_;
    std::size_t part_;
    std::uint64_t bytes_ = 0;
};

}  // namespace hookd::http
