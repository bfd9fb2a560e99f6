#pragma once

#include <atomic>

namespace hookd::test {

/// Stands between SQLite and the disk for as long as it lives: counts what is synced, and fails
/// when told to. **Requires:** no database is open when it is made or destroyed, and there is one.
class FaultyDisk {
  public:
    FaultyDisk();
    FaultyDisk(const FaultyDisk&) = delete;
    FaultyDisk& operator=(const FaultyDisk&) = delete;
    ~FaultyDisk();

    /// Syncs of write-ahead logs so far.
    [[nodiscard]] int log_syncs() const { return log_syncs_; }

    /// No write succeeds while the disk is full.
    void set_full(bool full) { full_ = full; }
    /// The next sync fails, and it alone.
    void fail_next_sync() { sync_fails_ = true; }
    /// The nth write or sync from now fails, and all after it until `heal`.
    void fail_from(int nth) { calls_left_ = nth; }
    void heal() { calls_left_ = k_never; }
    /// Whether a call has failed since the last `fail_from`.
    [[nodiscard]] bool has_failed() const { return calls_left_ <= 0; }

    /// For the functions that SQLite calls: what the next write or sync shall answer.
    [[nodiscard]] int answer_write();
    [[nodiscard]] int answer_sync(bool is_log);

  private:
    static constexpr int k_never = 1'000'000'000;

    std::atomic<int> log_syncs_{0};
    std::atomic<bool> full_{false};
    std::atomic<bool> sync_fails_{false};
    std::atomic<int> calls_left_{k_never};
};

}  // namespace hookd::test
