#include "core/queue/sqlite/transaction.hpp"

namespace hookd::queue::sqlite {
namespace {

std::int64_t key_of(Connection& db, std::unordered_map<std::string, std::int64_t>& known,
                    const std::string& name, Sql find, Sql insert) {
    if (const auto found = known.find(name); found != known.end()) {
        return found->second;
    }
    auto key = db.find(find, {name});
    if (!key) {
        db.run(insert, {name});
        key = db.last_id();
    }
    if (!db.failure()) {
        known.emplace(name, *key);
    }
    return *key;
}

}  // namespace

std::int64_t repository_key(Transaction& transaction, const std::string& name) {
    return key_of(transaction.db, transaction.memory.repositories, name,
                  "SELECT id FROM repository WHERE name = ?1",
                  "INSERT INTO repository (name) VALUES (?1)");
}

std::int64_t source_key(Transaction& transaction, const std::string& name) {
    return key_of(transaction.db, transaction.memory.sources, name,
                  "SELECT id FROM source WHERE name = ?1", "INSERT INTO source (name) VALUES (?1)");
}

}  // namespace hookd::queue::sqlite
