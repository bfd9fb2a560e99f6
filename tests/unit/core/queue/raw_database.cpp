#include "tests/unit/core/queue/raw_database.hpp"

#include <sqlite3.h>

#include <stdexcept>

namespace hookd::test {

RawDatabase::RawDatabase(const std::filesystem::path& file) {
    if (::sqlite3_open(file.c_str(), &database_) != SQLITE_OK) {
        throw std::runtime_error(::sqlite3_errmsg(database_));
    }
    ::sqlite3_busy_timeout(database_, 30'000);
}

RawDatabase::~RawDatabase() {
    ::sqlite3_close(database_);
}

void RawDatabase::run(const std::string& statements) {
    if (::sqlite3_exec(database_, statements.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
        throw std::runtime_error(::sqlite3_errmsg(database_));
    }
}

std::int64_t RawDatabase::number(const std::string& query) {
    const std::string found = text(query);
    return found.empty() ? 0 : std::stoll(found);
}

std::string RawDatabase::text(const std::string& query) {
    sqlite3_stmt* statement = nullptr;
    if (::sqlite3_prepare_v2(database_, query.c_str(), -1, &statement, nullptr) != SQLITE_OK) {
        throw std::runtime_error(::sqlite3_errmsg(database_));
    }
    std::string found;
    if (::sqlite3_step(statement) == SQLITE_ROW) {
        if (const auto* value = ::sqlite3_column_text(statement, 0)) {
            found = reinterpret_cast<const char*>(value);
        }
    }
    ::sqlite3_finalize(statement);
    return found;
}

}  // namespace hookd::test
