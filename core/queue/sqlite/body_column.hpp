#pragma once

#include "core/queue/sqlite/connection.hpp"

#include <cstdint>
#include <string_view>

namespace hookd::queue::sqlite {

/// The column `body` of a new row of `delivery`. A small body goes into it with the other columns;
/// a large one afterwards and piece by piece, as a statement's value would be copied, and past most
/// of the page cache.
class BodyColumn {
  public:
    /// To live until the row is complete. **Requires:** `stored` does too.
    BodyColumn(Connection& db, std::string_view stored);
    BodyColumn(const BodyColumn&) = delete;
    BodyColumn& operator=(const BodyColumn&) = delete;
    ~BodyColumn();

    /// What it is bound to. Columns behind it have to be null: then SQLite makes no copy of a large
    /// body's zeros either.
    [[nodiscard]] Value value() const;
    /// Completes the row that was inserted.
    void fill(std::int64_t row) const;

  private:
    Connection& db_;
    const std::string_view stored_;
    const bool is_large_;
};

}  // namespace hookd::queue::sqlite
