#include "core/queue/sqlite.hpp"
#include "tests/contract/queue/samples.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/core/queue/raw_database.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace hookd;
using namespace hookd::queue;
using namespace hookd::test;
using Catch::Matchers::Contains;

namespace {

const RealClock k_clock;

Result<std::unique_ptr<Queue>> open(const std::filesystem::path& file) {
    return open_sqlite({.file = file, .mode = OpenMode::create_if_missing}, k_clock);
}

}  // namespace

TEST_CASE("T082 a second writer is refused while the first has the database") {
    const TemporaryFolder folder;
    auto first = open(folder / "queue.db");
    REQUIRE(first);
    const auto second = open(folder / "queue.db");
    REQUIRE_FALSE(second);
    CHECK(second.error().code == ErrorCode::unavailable);
    CHECK_THAT(second.error().message, Contains("another hookd"));
    // And the first one did not mind.
    CHECK((*first)->accept_and_wait(arrival({any_push()})));
    first->reset();
    CHECK(open(folder / "queue.db"));
}

TEST_CASE("T082 a child process does not keep the lock") {
    const TemporaryFolder folder;
    auto queue = open(folder / "queue.db");
    REQUIRE(queue);
    int locks = 0;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
        std::error_code gone;
        const auto target = std::filesystem::read_symlink(entry.path(), gone);
        if (!gone && target.parent_path() == std::filesystem::canonical(folder.path())) {
            const int flags = ::fcntl(std::stoi(entry.path().filename().string()), F_GETFD);
            CHECK((flags & FD_CLOEXEC) != 0);
            locks += target.filename() == "queue.db.lock" ? 1 : 0;
        }
    }
    CHECK(locks == 1);
}

TEST_CASE("T082 a writer that has been replaced stops, also where the lock was taken away") {
    const TemporaryFolder folder;
    auto first = open(folder / "queue.db");
    REQUIRE(first);
    REQUIRE((*first)->accept_and_wait(arrival({any_push()})));
    std::filesystem::remove(folder / "queue.db.lock");
    auto second = open(folder / "queue.db");
    REQUIRE(second);

    for (int i = 0; i < 2; ++i) {
        const auto refused = (*first)->accept_and_wait(arrival({any_push()}));
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == ErrorCode::unavailable);
        CHECK_THAT(refused.error().message, Contains("another hookd"));
    }
    CHECK_FALSE((*first)->register_node("host"));
    CHECK((*second)->accept_and_wait(arrival({any_push()})));
    CHECK((*second)->status().value().events == 2);
}
