#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

struct sqlite3;

namespace hookd::test {

/// The database as another program would open it, past all of our own code. Throws where
/// something does not work.
class RawDatabase {
  public:
    explicit RawDatabase(const std::filesystem::path& file);
    RawDatabase(const RawDatabase&) = delete;
    RawDatabase& operator=(const RawDatabase&) = delete;
    ~RawDatabase();

    void run(const std::string& statements);
    /// First column of the first row; 0 or empty where there is none.
    [[nodiscard]] std::int64_t number(const std::string& query);
    [[nodiscard]] std::string text(const std::string& query);

  private:
    sqlite3* database_ = nullptr;
};

}  // namespace hookd::test
