#pragma once

#include "core/queue/sqlite/connection.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace hookd::queue::sqlite {

/// Finds rows by hashes, which come in no order.
///
/// An index of SQLite's over such numbers changes another page for almost every row, and each page
/// is written twice. Here the entries of a transaction become one row of a journal and wait in
/// memory; when many wait, one slice of the hashes after the other moves into a sorted table, so
/// that a page takes many of them. The journal goes away behind the slowest slice.
///
/// What is found are candidates: the row may be of another table, may be gone, or may only have
/// the same hash. The caller compares what the row says.
/// **Thread:** the writer's.
class HashIndex {
  public:
    struct Entry {
        std::int64_t hash = 0;
        std::int64_t row = 0;
    };

    /// At most about `most_waiting` entries wait in memory, 16 bytes each.
    explicit HashIndex(std::size_t most_waiting = k_most_waiting) : most_waiting_(most_waiting) {}

    /// Reads what waits, unless that is done. A failure stays with the connection.
    void load(Connection& db);
    /// As before `load`: for another connection.
    void forget();

    /// Rows added under the hash, lowest first; those of this transaction too.
    [[nodiscard]] std::vector<std::int64_t> find(Connection& db, std::int64_t hash) const;
    /// **Requires:** inside a transaction.
    void add(std::int64_t hash, std::int64_t row) { added_.push_back({hash, row}); }

    /// How much this transaction has added, and going back to that.
    [[nodiscard]] std::size_t added() const { return added_.size(); }
    void keep_added(std::size_t count) { added_.resize(count); }

    /// Last in a transaction: writes down what was added.
    void write(Connection& db);
    void committed();
    void rolled_back();

    static constexpr std::size_t k_slices = 256;
    static constexpr std::size_t k_most_waiting = 32'768;

  private:
    using Entries = std::vector<Entry>;
    struct Slice {
        Entries waiting;
        std::int64_t written = 0;  ///< the last journal row of which the table has everything
    };

    [[nodiscard]] Slice& slice_of(std::int64_t hash);
    void move_to_table(Connection& db, std::size_t slice);
    void trim_journal(Connection& db);

    std::size_t most_waiting_;
    bool loaded_ = false;
    std::array<Slice, k_slices> slices_;
    std::size_t waiting_ = 0;
    std::size_t turn_ = 0;             ///< the slice that moves next
    std::int64_t next_ = 1;            ///< the next journal row
    Entries added_;                    ///< by this transaction
    std::vector<std::size_t> moving_;  ///< slices that this transaction has moved
};

/// `HashIndex::find` for readers: slower, for it reads the journal too.
[[nodiscard]] std::vector<std::int64_t> find_by_hash(Connection& db, std::int64_t hash);
/// The same for many hashes at once, the journal read once; in no order.
[[nodiscard]] std::vector<HashIndex::Entry> find_by_hashes(Connection& db,
                                                           const std::set<std::int64_t>& hashes);

}  // namespace hookd::queue::sqlite
