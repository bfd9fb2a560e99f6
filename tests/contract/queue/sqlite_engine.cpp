#include "core/queue/sqlite.hpp"
#include "tests/contract/queue/engine.hpp"
#include "tests/support/temporary_folder.hpp"

#include <stdexcept>

namespace hookd::test {
namespace {

class SqliteEngine final : public Engine {
  public:
    std::unique_ptr<queue::Queue> open(const Clock& clock) override {
        auto opened = queue::open_sqlite(
            {.file = folder_ / "queue.db", .mode = queue::OpenMode::create_if_missing}, clock);
        if (!opened) {
            throw std::runtime_error(opened.error().message);
        }
        return *std::move(opened);
    }

  private:
    TemporaryFolder folder_;
};

}  // namespace

std::unique_ptr<Engine> make_sqlite_engine() {
    return std::make_unique<SqliteEngine>();
}

}  // namespace hookd::test
