#pragma once

#include "core/base/result.hpp"
#include "core/queue/sqlite/value.hpp"

#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

struct sqlite3;
struct sqlite3_stmt;

namespace hookd::queue::sqlite {

/// A statement's text. Only a constant of the source can be one, so no statement is ever put
/// together from data. **Source:** threats.md T074.
class Sql {
  public:
    // Meant to convert: a statement is written where it runs.
    consteval Sql(const char* text) : text_(text) {}
    [[nodiscard]] constexpr const char* text() const { return text_; }

  private:
    const char* text_;
};

/// Why a statement failed.
struct Failure {
    enum class Kind {
        refused,   ///< this one change cannot be stored; others can
        full,      ///< no space: nothing can be stored until there is
        busy,      ///< another program has locked the file
        too_long,  ///< the time for reading was over
        replaced,  ///< another program writes this database now: stop for good
        broken,    ///< an I/O error or damage: this connection is not to be trusted any more
    };
    Kind kind = Kind::refused;
    std::string message;
};

class Connection;

/// The rows of a running statement; at its end the statement is ready for the next use.
class Rows {
  public:
    Rows(Rows&& other) noexcept;
    Rows(const Rows&) = delete;
    Rows& operator=(const Rows&) = delete;
    Rows& operator=(Rows&&) = delete;
    ~Rows();

    /// Goes to the next row. False at the end and once the connection has failed.
    [[nodiscard]] bool next();
    [[nodiscard]] bool is_null(int column) const;
    /// 0 where it is null.
    [[nodiscard]] std::int64_t integer(int column) const;
    /// Empty where it is null.
    [[nodiscard]] std::string text(int column) const;
    [[nodiscard]] WallTime time(int column) const;
    [[nodiscard]] std::optional<WallTime> maybe_time(int column) const;
    [[nodiscard]] std::optional<int> maybe_int(int column) const;

  private:
    friend class Connection;
    Rows(Connection& connection, sqlite3_stmt* statement);

    Connection* connection_;
    sqlite3_stmt* statement_;
};

/// One connection to the database, with its statements prepared once.
/// The first failure stays until it is cleared, and everything after it does nothing and gives no
/// rows: a change is written without a check per line and asked once at its end.
/// **Thread:** one at a time.
class Connection {
  public:
    enum class Access { read, write, create };

    [[nodiscard]] static Result<std::unique_ptr<Connection>> open(const std::filesystem::path& file,
                                                                  Access access);
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection();

    /// Runs a statement that gives no rows.
    void run(Sql sql, std::initializer_list<Value> values = {});
    /// **Requires:** the rows of the same text are not being read.
    [[nodiscard]] Rows query(Sql sql, std::initializer_list<Value> values = {});
    /// The first column of the first row; nothing where there is no row or it is null.
    [[nodiscard]] std::optional<std::int64_t> find(Sql sql,
                                                   std::initializer_list<Value> values = {});
    /// Puts `bytes` in place of the blob of a row, which is of that size. No copy is made of them,
    /// as one is of every value that a statement is given.
    void write_blob(const char* table, const char* column, std::int64_t row,
                    std::string_view bytes);
    /// How many pages are kept in memory.
    enum class PageCache {
        wide,    ///< 16 MiB: what is written again and again stays there
        narrow,  ///< 2 MiB: for what is written once
    };
    void use_page_cache(PageCache size);
    /// Runs statements that stand in one of our own files.
    void run_script(const char* script);

    /// The key of the row inserted last.
    [[nodiscard]] std::int64_t last_id() const;
    /// How many rows the last statement changed.
    [[nodiscard]] std::int64_t changed() const;
    [[nodiscard]] bool in_transaction() const;

    [[nodiscard]] const std::optional<Failure>& failure() const { return failure_; }
    void clear_failure() { failure_.reset(); }
    /// Makes it fail, where what was read forbids to go on.
    void fail_with(Failure failure) { failure_ = std::move(failure); }

    [[nodiscard]] sqlite3* raw() const { return database_; }

  private:
    friend class Rows;
    enum class Lifetime { until_done, copied };

    explicit Connection(sqlite3* database) : database_(database) {}
    [[nodiscard]] sqlite3_stmt* prepare(Sql sql);
    [[nodiscard]] sqlite3_stmt* start(Sql sql, std::initializer_list<Value> values,
                                      Lifetime lifetime);
    [[nodiscard]] bool step(sqlite3_stmt* statement);
    void note_failure(int code);

    sqlite3* database_;
    std::unordered_map<const char*, sqlite3_stmt*> statements_;
    std::optional<Failure> failure_;
};

/// `failure` for the caller: `unavailable` where trying later may help.
[[nodiscard]] Error to_error(const Failure& failure);

}  // namespace hookd::queue::sqlite
