#include "core/queue/sqlite/schema.hpp"

#include "core/base/text.hpp"
#include "core/queue/sqlite/stored_form.hpp"

#include <sqlite3.h>

#include <chrono>

namespace hookd::queue::sqlite {
namespace {

constexpr std::int64_t k_application_id = 0x686F6F6B;  // as in schema/0001.sql
// A large database is not read as a whole at every start: what this time does not reach shows
// when it is read.
constexpr std::chrono::seconds k_longest_check{2};

std::string quoted(const std::filesystem::path& file) {
    return "\"" + file.string() + "\"";
}

tl::unexpected<Error> damaged(const std::filesystem::path& file, const std::string& how) {
    return fail(ErrorCode::invalid,
                quoted(file) + " is damaged (" + how +
                    "): keep a copy, then put a backup in its place; sqlite3's \".recover\" gets "
                    "out what can still be read");
}

void delivery_hash_for_scripts(sqlite3_context* context, int /*count*/, sqlite3_value** values) {
    const auto text = [](sqlite3_value* value) {
        const auto* bytes = static_cast<const char*>(::sqlite3_value_blob(value));
        const auto size = static_cast<std::size_t>(::sqlite3_value_bytes(value));
        return size > 0 ? std::string_view(bytes, size) : std::string_view();
    };
    ::sqlite3_result_int64(context, delivery_hash(text(values[0]), text(values[1])));
}

/// Scripts set the version themselves, within the same transaction.
Status migrate_from(Connection& db, std::int64_t version) {
    ::sqlite3_create_function_v2(db.raw(), "delivery_hash", 2,
                                 SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY, nullptr,
                                 delivery_hash_for_scripts, nullptr, nullptr, nullptr);
    for (const Migration& migration : migrations()) {
        if (migration.version <= version) {
            continue;
        }
        db.run("BEGIN IMMEDIATE");
        db.run_script(migration.script);
        db.run("COMMIT");
        if (db.failure()) {
            const Error error = to_error(*db.failure());
            db.clear_failure();
            if (db.in_transaction()) {
                db.run("ROLLBACK");
            }
            return fail(error.in("cannot bring the database to schema " +
                                 std::to_string(migration.version)));
        }
    }
    return {};
}

int is_over(void* deadline) {
    return std::chrono::steady_clock::now() >
           *static_cast<std::chrono::steady_clock::time_point*>(deadline);
}

Status check_pages(Connection& db, const std::filesystem::path& file) {
    auto deadline = std::chrono::steady_clock::now() + k_longest_check;
    ::sqlite3_progress_handler(db.raw(), 10'000, is_over, &deadline);
    std::string found = "ok";
    {
        Rows rows = db.query("PRAGMA quick_check(1)");
        if (rows.next()) {
            found = rows.text(0);
        }
    }
    ::sqlite3_progress_handler(db.raw(), 0, nullptr, nullptr);
    if (db.failure() && db.failure()->kind != Failure::Kind::too_long) {
        return damaged(file, db.failure()->message);
    }
    db.clear_failure();
    return found == "ok" ? Status{} : Status(damaged(file, printable_line(found)));
}

/// A file that lost the end of its last page reads as if zeros stood there.
Status check_size(Connection& db, const std::filesystem::path& file) {
    std::error_code unknown;
    const auto log_size = std::filesystem::file_size(file.string() + "-wal", unknown);
    const bool whole_page_is_in_log = !unknown && log_size > 0;
    const auto page = static_cast<std::uintmax_t>(db.find("PRAGMA page_size").value_or(1));
    const auto size = std::filesystem::file_size(file, unknown);
    if (!unknown && !whole_page_is_in_log && size % page != 0) {
        return damaged(file, "its last page is not whole");
    }
    return {};
}

}  // namespace

Status create_schema(Connection& db) {
    db.run("PRAGMA page_size = 8192");
    if (auto made = migrate_from(db, 0); !made) {
        return made;
    }
    db.run("PRAGMA journal_mode = WAL");
    return db.failure() ? Status(fail(to_error(*db.failure()))) : Status{};
}

Status check_schema(Connection& db, const std::filesystem::path& file) {
    const auto application = db.find("PRAGMA application_id");
    const auto version = db.find("PRAGMA user_version");
    if (db.failure()) {
        return damaged(file, db.failure()->message);
    }
    if (application != k_application_id) {
        return fail(ErrorCode::invalid, quoted(file) +
                                            " is a database of another program: name another file, "
                                            "or move this one away");
    }
    const int newest = migrations().back().version;
    if (*version > newest) {
        return fail(ErrorCode::invalid,
                    quoted(file) + " was written by a newer hookd (schema " +
                        std::to_string(*version) + ", this one knows " + std::to_string(newest) +
                        "): install that hookd again, or put a backup from before in its place");
    }
    if (auto whole = check_size(db, file); !whole) {
        return whole;
    }
    if (auto whole = check_pages(db, file); !whole) {
        return whole;
    }
    return migrate_from(db, *version);
}

}  // namespace hookd::queue::sqlite
