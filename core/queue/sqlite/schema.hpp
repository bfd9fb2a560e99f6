#pragma once

#include "core/base/result.hpp"
#include "core/queue/sqlite/connection.hpp"

#include <filesystem>
#include <span>

namespace hookd::queue::sqlite {

/// One numbered file of schema/: takes a database from the version before to `version`.
struct Migration {
    int version = 0;
    const char* script = "";
};

/// All of them, 1 first. Written by the build from schema/*.sql.
[[nodiscard]] std::span<const Migration> migrations();

/// Makes the newest schema in an empty database.
[[nodiscard]] Status create_schema(Connection& db);

/// Whether the database is ours, whole, and not newer than we are; brings an older one up.
/// `file` is for the words. **Errors:** invalid, with what it is and what to do.
[[nodiscard]] Status check_schema(Connection& db, const std::filesystem::path& file);

}  // namespace hookd::queue::sqlite
