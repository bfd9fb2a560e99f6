#include "core/queue/sqlite/connection.hpp"

#include <sqlite3.h>

#include <utility>

namespace hookd::queue::sqlite {
namespace {

int open_flags(Connection::Access access) {
    // No mutex: one thread at a time uses a connection, which its owner sees to.
    const int common = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    switch (access) {
        case Connection::Access::read:
            return common | SQLITE_OPEN_READONLY;
        case Connection::Access::write:
            return common | SQLITE_OPEN_READWRITE;
        case Connection::Access::create:
            return common | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    }
    return common;
}

Failure::Kind kind_of(int code) {
    switch (code & 0xff) {
        case SQLITE_FULL:
            return Failure::Kind::full;
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return Failure::Kind::busy;
        case SQLITE_INTERRUPT:
            return Failure::Kind::too_long;
        case SQLITE_IOERR:
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
        case SQLITE_CANTOPEN:
        case SQLITE_NOMEM:
        case SQLITE_PROTOCOL:
        case SQLITE_READONLY:
            return Failure::Kind::broken;
        default:
            return Failure::Kind::refused;
    }
}

// An empty view may point nowhere, which SQLite would take for null.
const char* data_of(std::string_view bytes) {
    return bytes.data() == nullptr ? "" : bytes.data();
}

int bind(sqlite3_stmt* statement, int index, const Value& value, ::sqlite3_destructor_type copy) {
    switch (value.kind()) {
        case Value::Kind::null:
            return ::sqlite3_bind_null(statement, index);
        case Value::Kind::integer:
            return ::sqlite3_bind_int64(statement, index, value.integer());
        case Value::Kind::text:
            return ::sqlite3_bind_text64(statement, index, data_of(value.bytes()),
                                         value.bytes().size(), copy, SQLITE_UTF8);
        case Value::Kind::blob:
            return ::sqlite3_bind_blob64(statement, index, data_of(value.bytes()),
                                         value.bytes().size(), copy);
        case Value::Kind::zeros:
            return ::sqlite3_bind_zeroblob64(statement, index,
                                             static_cast<::sqlite3_uint64>(value.integer()));
    }
    return SQLITE_MISUSE;
}

}  // namespace

Rows::Rows(Connection& connection, sqlite3_stmt* statement)
    : connection_(&connection), statement_(statement) {}

Rows::Rows(Rows&& other) noexcept
    : connection_(other.connection_), statement_(std::exchange(other.statement_, nullptr)) {}

Rows::~Rows() {
    if (statement_ != nullptr) {
        ::sqlite3_reset(statement_);
    }
}

bool Rows::next() {
    return statement_ != nullptr && connection_->step(statement_);
}

bool Rows::is_null(int column) const {
    return ::sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::int64_t Rows::integer(int column) const {
    return ::sqlite3_column_int64(statement_, column);
}

std::string Rows::text(int column) const {
    // A blob's bytes are the text's own; asking for text would convert numbers.
    const auto* data = static_cast<const char*>(::sqlite3_column_blob(statement_, column));
    const auto size = static_cast<std::size_t>(::sqlite3_column_bytes(statement_, column));
    return data == nullptr ? std::string{} : std::string(data, size);
}

WallTime Rows::time(int column) const {
    return WallTime(Milliseconds(integer(column)));
}

std::optional<WallTime> Rows::maybe_time(int column) const {
    return is_null(column) ? std::nullopt : std::optional(time(column));
}

std::optional<int> Rows::maybe_int(int column) const {
    return is_null(column) ? std::nullopt : std::optional(static_cast<int>(integer(column)));
}

Result<std::unique_ptr<Connection>> Connection::open(const std::filesystem::path& file,
                                                     Access access) {
    sqlite3* database = nullptr;
    const int code = ::sqlite3_open_v2(file.c_str(), &database, open_flags(access), nullptr);
    std::unique_ptr<Connection> connection(new Connection(database));
    if (code != SQLITE_OK) {
        return fail("cannot open \"" + file.string() +
                    "\": " + (database == nullptr ? "no memory" : ::sqlite3_errmsg(database)));
    }
    return connection;
}

Connection::~Connection() {
    for (const auto& [text, statement] : statements_) {
        ::sqlite3_finalize(statement);
    }
    ::sqlite3_close(database_);
}

void Connection::run(Sql sql, std::initializer_list<Value> values) {
    if (sqlite3_stmt* statement = start(sql, values, Lifetime::until_done)) {
        while (step(statement)) {
        }
        ::sqlite3_reset(statement);
    }
}

Rows Connection::query(Sql sql, std::initializer_list<Value> values) {
    return {*this, start(sql, values, Lifetime::copied)};
}

std::optional<std::int64_t> Connection::find(Sql sql, std::initializer_list<Value> values) {
    const Rows rows(*this, start(sql, values, Lifetime::until_done));
    if (rows.statement_ == nullptr || !step(rows.statement_) || rows.is_null(0)) {
        return std::nullopt;
    }
    return rows.integer(0);
}

void Connection::write_blob(const char* table, const char* column, std::int64_t row,
                            std::string_view bytes) {
    constexpr std::size_t k_piece = std::size_t{256} << 10;
    if (failure_) {
        return;
    }
    sqlite3_blob* blob = nullptr;
    int code = ::sqlite3_blob_open(database_, "main", table, column, row, 1, &blob);
    for (std::size_t at = 0; code == SQLITE_OK && at < bytes.size(); at += k_piece) {
        const std::string_view piece = bytes.substr(at, k_piece);
        code = ::sqlite3_blob_write(blob, piece.data(), static_cast<int>(piece.size()),
                                    static_cast<int>(at));
    }
    note_failure(code);
    ::sqlite3_blob_close(blob);
}

void Connection::use_page_cache(PageCache size) {
    // Also after a failure: it changes nothing that is stored.
    const char* const pragma =
        size == PageCache::wide ? "PRAGMA cache_size = -16384" : "PRAGMA cache_size = -2048";
    ::sqlite3_exec(database_, pragma, nullptr, nullptr, nullptr);
}

void Connection::run_script(const char* script) {
    if (!failure_) {
        note_failure(::sqlite3_exec(database_, script, nullptr, nullptr, nullptr));
    }
}

std::int64_t Connection::last_id() const {
    return ::sqlite3_last_insert_rowid(database_);
}

std::int64_t Connection::changed() const {
    return ::sqlite3_changes64(database_);
}

bool Connection::in_transaction() const {
    return ::sqlite3_get_autocommit(database_) == 0;
}

sqlite3_stmt* Connection::prepare(Sql sql) {
    // The text is a constant, so its address tells it apart.
    sqlite3_stmt*& statement = statements_[sql.text()];
    if (statement == nullptr) {
        note_failure(::sqlite3_prepare_v3(database_, sql.text(), -1, SQLITE_PREPARE_PERSISTENT,
                                          &statement, nullptr));
    }
    return statement;
}

sqlite3_stmt* Connection::start(Sql sql, std::initializer_list<Value> values, Lifetime lifetime) {
    if (failure_) {
        return nullptr;
    }
    sqlite3_stmt* statement = prepare(sql);
    int index = 0;
    for (const Value& value : values) {
        if (failure_) {
            return nullptr;
        }
        note_failure(bind(statement, ++index, value,
                          lifetime == Lifetime::copied ? SQLITE_TRANSIENT : SQLITE_STATIC));
    }
    return failure_ ? nullptr : statement;
}

bool Connection::step(sqlite3_stmt* statement) {
    if (failure_) {
        return false;
    }
    const int code = ::sqlite3_step(statement);
    if (code == SQLITE_ROW) {
        return true;
    }
    if (code != SQLITE_DONE) {
        note_failure(code);
    }
    return false;
}

void Connection::note_failure(int code) {
    if (code != SQLITE_OK && !failure_) {
        failure_ = Failure{kind_of(code), ::sqlite3_errmsg(database_)};
    }
}

Error to_error(const Failure& failure) {
    switch (failure.kind) {
        case Failure::Kind::refused:
            return {ErrorCode::failed, "the database refuses this: " + failure.message};
        case Failure::Kind::full:
            return {ErrorCode::unavailable, "no space left for the database"};
        case Failure::Kind::busy:
            return {ErrorCode::unavailable, "another program has locked the database"};
        case Failure::Kind::too_long:
            return {ErrorCode::timeout, "reading the database took too long"};
        case Failure::Kind::replaced:
            return {ErrorCode::unavailable, failure.message};
        case Failure::Kind::broken:
            break;
    }
    return {ErrorCode::unavailable, "the database cannot be used: " + failure.message};
}

}  // namespace hookd::queue::sqlite
