#include "core/queue/sqlite/hash_index.hpp"

#include <algorithm>

namespace hookd::queue::sqlite {
namespace {

constexpr std::size_t k_entry_bytes = 16;

void append_number(std::string& bytes, std::int64_t number) {
    for (unsigned shift = 0; shift < 64; shift += 8) {
        bytes += static_cast<char>(static_cast<std::uint64_t>(number) >> shift & 0xFFU);
    }
}

std::int64_t read_number(std::string_view bytes) {
    std::uint64_t number = 0;
    for (unsigned i = 0; i < 8; ++i) {
        number |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
    }
    return static_cast<std::int64_t>(number);
}

/// A journal row: of each entry hash and row, 8 bytes each, the lowest byte first.
std::string to_bytes(const std::vector<HashIndex::Entry>& entries) {
    std::string bytes;
    bytes.reserve(entries.size() * k_entry_bytes);
    for (const HashIndex::Entry& entry : entries) {
        append_number(bytes, entry.hash);
        append_number(bytes, entry.row);
    }
    return bytes;
}

template <class Use>
void for_each_entry(std::string_view bytes, Use use) {
    for (; bytes.size() >= k_entry_bytes; bytes.remove_prefix(k_entry_bytes)) {
        use(HashIndex::Entry{read_number(bytes), read_number(bytes.substr(8))});
    }
}

std::size_t slice_number(std::int64_t hash) {
    return static_cast<std::uint64_t>(hash) >> 56U;
}

bool comes_before(const HashIndex::Entry& a, const HashIndex::Entry& b) {
    return a.hash != b.hash ? a.hash < b.hash : a.row < b.row;
}

std::vector<std::int64_t> find_in_table(Connection& db, std::int64_t hash) {
    std::vector<std::int64_t> rows;
    Rows found = db.query("SELECT row_id FROM hash_index WHERE hash = ?1", {hash});
    while (found.next()) {
        rows.push_back(found.integer(0));
    }
    return rows;
}

void sort_once(std::vector<std::int64_t>& rows) {
    std::sort(rows.begin(), rows.end());
    rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
}

}  // namespace

HashIndex::Slice& HashIndex::slice_of(std::int64_t hash) {
    return slices_[slice_number(hash)];
}

void HashIndex::load(Connection& db) {
    if (loaded_) {
        return;
    }
    forget();
    {
        Rows rows = db.query("SELECT slice, written FROM hash_slice");
        while (rows.next()) {
            slices_[static_cast<std::size_t>(rows.integer(0)) % k_slices].written = rows.integer(1);
            next_ = std::max(next_, rows.integer(1) + 1);
        }
    }
    {
        Rows rows = db.query("SELECT id, entries FROM hash_journal ORDER BY id");
        while (rows.next()) {
            const std::int64_t id = rows.integer(0);
            for_each_entry(rows.text(1), [this, id](const Entry& entry) {
                Slice& slice = slice_of(entry.hash);
                if (slice.written < id) {
                    slice.waiting.push_back(entry);
                    ++waiting_;
                }
            });
            next_ = std::max(next_, id + 1);
        }
    }
    const auto slowest =
        std::min_element(slices_.begin(), slices_.end(),
                         [](const Slice& a, const Slice& b) { return a.written < b.written; });
    turn_ = static_cast<std::size_t>(slowest - slices_.begin());
    loaded_ = !db.failure();
}

void HashIndex::forget() {
    *this = HashIndex(most_waiting_);
}

std::vector<std::int64_t> HashIndex::find(Connection& db, std::int64_t hash) const {
    std::vector<std::int64_t> rows = find_in_table(db, hash);
    for (const Entries* entries : {&slices_[slice_number(hash)].waiting, &added_}) {
        for (const Entry& entry : *entries) {
            if (entry.hash == hash) {
                rows.push_back(entry.row);
            }
        }
    }
    sort_once(rows);
    return rows;
}

void HashIndex::write(Connection& db) {
    if (added_.empty()) {
        return;
    }
    const std::string bytes = to_bytes(added_);
    db.run("INSERT INTO hash_journal (id, entries) VALUES (?1, ?2)", {next_, Value::blob(bytes)});
    std::size_t left = waiting_;
    for (std::size_t i = 0; i < k_slices && left + added_.size() > most_waiting_; ++i) {
        const std::size_t slice = (turn_ + i) % k_slices;
        left -= slices_[slice].waiting.size();
        move_to_table(db, slice);
    }
    if (!moving_.empty()) {
        trim_journal(db);
    }
}

void HashIndex::move_to_table(Connection& db, std::size_t slice) {
    Entries& entries = slices_[slice].waiting;
    std::sort(entries.begin(), entries.end(), comes_before);
    for (const Entry& entry : entries) {
        db.run("INSERT OR IGNORE INTO hash_index (hash, row_id) VALUES (?1, ?2)",
               {entry.hash, entry.row});
    }
    // What this transaction adds is not among them.
    db.run("UPDATE hash_slice SET written = ?2 WHERE slice = ?1", {slice, next_ - 1});
    moving_.push_back(slice);
}

void HashIndex::trim_journal(Connection& db) {
    // Slices move in turn, so the one that comes next is the slowest.
    const std::size_t slowest = (turn_ + moving_.size()) % k_slices;
    const bool has_all_moved = moving_.size() == k_slices;
    db.run("DELETE FROM hash_journal WHERE id <= ?1",
           {has_all_moved ? next_ - 1 : slices_[slowest].written});
}

void HashIndex::committed() {
    for (const std::size_t slice : moving_) {
        waiting_ -= slices_[slice].waiting.size();
        slices_[slice].waiting.clear();
        slices_[slice].written = next_ - 1;
    }
    turn_ = (turn_ + moving_.size()) % k_slices;
    moving_.clear();
    if (added_.empty()) {
        return;
    }
    for (const Entry& entry : added_) {
        slice_of(entry.hash).waiting.push_back(entry);
    }
    waiting_ += added_.size();
    added_.clear();
    ++next_;
}

void HashIndex::rolled_back() {
    moving_.clear();
    added_.clear();
}

std::vector<std::int64_t> find_by_hash(Connection& db, std::int64_t hash) {
    std::vector<std::int64_t> rows;
    for (const HashIndex::Entry& entry : find_by_hashes(db, {hash})) {
        rows.push_back(entry.row);
    }
    sort_once(rows);
    return rows;
}

std::vector<HashIndex::Entry> find_by_hashes(Connection& db, const std::set<std::int64_t>& hashes) {
    std::vector<HashIndex::Entry> entries;
    for (const std::int64_t hash : hashes) {
        for (const std::int64_t row : find_in_table(db, hash)) {
            entries.push_back({hash, row});
        }
    }
    Rows journal = db.query("SELECT entries FROM hash_journal");
    while (journal.next()) {
        for_each_entry(journal.text(0), [&entries, &hashes](const HashIndex::Entry& entry) {
            if (hashes.contains(entry.hash)) {
                entries.push_back(entry);
            }
        });
    }
    return entries;
}

}  // namespace hookd::queue::sqlite
