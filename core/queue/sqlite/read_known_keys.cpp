#include "core/queue/sqlite/hash_index.hpp"
#include "core/queue/sqlite/read.hpp"
#include "core/queue/sqlite/stored_form.hpp"

namespace hookd::queue::sqlite {
namespace {

void add_taken(Connection& db, const std::string& source, std::int64_t source_key,
               const std::set<std::string>& asked, std::set<std::string>& known) {
    std::set<std::int64_t> hashes;
    for (const std::string& key : asked) {
        hashes.insert(delivery_hash(source, key));
    }
    for (const HashIndex::Entry& entry : find_by_hashes(db, hashes)) {
        Rows rows = db.query("SELECT key FROM delivery WHERE id = ?1 AND source_id = ?2",
                             {entry.row, source_key});
        if (rows.next() && asked.contains(rows.text(0))) {
            known.insert(rows.text(0));
        }
    }
}

/// What was refused has its key in another table, without an index: it is little.
void add_refused(Connection& db, std::int64_t source_key, const std::set<std::string>& asked,
                 std::set<std::string>& known) {
    Rows rows = db.query(
        "SELECT key FROM refusal INDEXED BY refusal_by_source "
        "WHERE source_id = ?1 AND verdict <> ?2 AND key IS NOT NULL",
        {source_key, static_cast<int>(Verdict::Kind::unproven)});
    while (rows.next()) {
        if (asked.contains(rows.text(0))) {
            known.insert(rows.text(0));
        }
    }
}

}  // namespace

Result<std::set<std::string>> read_known_keys(Connection& db, const std::string& source,
                                              std::span<const std::string> keys) {
    const std::set<std::string> asked(keys.begin(), keys.end());
    std::set<std::string> known;
    const auto source_key = db.find("SELECT id FROM source WHERE name = ?1", {source});
    if (source_key && !asked.empty()) {
        add_taken(db, source, *source_key, asked, known);
        add_refused(db, *source_key, asked, known);
    }
    return known;
}

}  // namespace hookd::queue::sqlite
