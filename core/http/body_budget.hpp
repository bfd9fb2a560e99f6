#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

namespace hookd::http {

/// How many bytes of bodies may be in memory at once, over all connections of a listener.
/// **Thread:** any.
class BodyBudget {
  public:
    explicit BodyBudget(std::uint64_t limit) : limit_(limit) {}

    /// Whether `bytes` more would fit now. Takes nothing: a client that only announces a body
    /// must not keep others out.
    [[nodiscard]] bool has_room_for(std::uint64_t bytes) const {
        const std::uint64_t used = used_.load(std::memory_order_relaxed);
        return used <= limit_ && bytes <= limit_ - used;
    }

  private:
    friend class BodyCharge;

    const std::uint64_t limit_;
    std::atomic<std::uint64_t> used_{0};
};

/// What one request holds of the budget; given back when it is destroyed.
class BodyCharge {
  public:
    explicit BodyCharge(std::shared_ptr<BodyBudget> budget) : budget_(std::move(budget)) {}
    BodyCharge(BodyCharge&& other) noexcept
        : budget_(std::move(other.budget_)), bytes_(std::exchange(other.bytes_, 0)) {}
    BodyCharge(const BodyCharge&) = delete;
    BodyCharge& operator=(const BodyCharge&) = delete;
    BodyCharge& operator=(BodyCharge&&) = delete;
    ~BodyCharge() { release(); }

    /// Takes `bytes` more. False where the budget is used up: then nothing is taken.
    [[nodiscard]] bool take(std::uint64_t bytes) {
        const std::uint64_t before = budget_->used_.fetch_add(bytes, std::memory_order_relaxed);
        if (before + bytes > budget_->limit_) {
            budget_->used_.fetch_sub(bytes, std::memory_order_relaxed);
            return false;
        }
        bytes_ += bytes;
        return true;
    }

    void release() {
        if (budget_ && bytes_ > 0) {
            budget_->used_.fetch_sub(std::exchange(bytes_, 0), std::memory_order_relaxed);
        }
    }

  private:
    std::shared_ptr<BodyBudget> budget_;
    std::uint64_t bytes_ = 0;
};

}  // namespace hookd::http
