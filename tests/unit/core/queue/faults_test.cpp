#include "core/queue/sqlite.hpp"
#include "tests/contract/queue/samples.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/core/queue/faulty_disk.hpp"
#include "tests/unit/core/queue/raw_database.hpp"

#include <sys/mount.h>
#include <unistd.h>

using namespace hookd;
using namespace hookd::queue;
using namespace hookd::test;

namespace {

const RealClock k_clock;

std::unique_ptr<Queue> open(const std::filesystem::path& file) {
    auto opened = open_sqlite({.file = file, .mode = OpenMode::create_if_missing}, k_clock);
    if (!opened) {
        FAIL(opened.error().message);
    }
    return *std::move(opened);
}

Arrival big_arrival() {
    auto sent = arrival({with_run(any_push(), {action("test")})});
    sent.delivery.body = std::string(100'000, 'b');
    return sent;
}

void check_whole(const std::filesystem::path& file) {
    RawDatabase raw(file);
    CHECK(raw.text("PRAGMA integrity_check") == "ok");
    CHECK(raw.text("PRAGMA foreign_key_check").empty());
}

/// A small disk of its own, where that is allowed.
class SmallDisk {
  public:
    explicit SmallDisk(std::filesystem::path at) : at_(std::move(at)) {
        mounted_ = ::mount("tmpfs", at_.c_str(), "tmpfs", 0, "size=2m") == 0;
    }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;
    ~SmallDisk() {
        if (mounted_) {
            ::umount2(at_.c_str(), MNT_DETACH);
        }
    }
    [[nodiscard]] bool is_mounted() const { return mounted_; }

  private:
    std::filesystem::path at_;
    bool mounted_ = false;
};

}  // namespace

TEST_CASE("T079 with no space an accept is unavailable; with space again all goes on") {
    FaultyDisk disk;
    const TemporaryFolder folder;
    auto queue = open(folder / "queue.db");
    REQUIRE(queue->accept_and_wait(big_arrival()));
    const auto node = queue->register_node("host").value();
    const auto claimed = queue->claim({node, 1, Milliseconds(30'000)}).value().claims;
    REQUIRE(claimed.size() == 1);

    disk.set_full(true);
    const auto refused = big_arrival();
    for (int i = 0; i < 3; ++i) {
        const auto answer = queue->accept_and_wait(refused);
        REQUIRE_FALSE(answer);
        CHECK(answer.error().code == ErrorCode::unavailable);
    }
    // The work that runs is not failed for our disk.
    CHECK(queue->finish(claimed[0].fence, {}).error().code == ErrorCode::unavailable);
    CHECK(queue->status().value().events == 1);
    CHECK(queue->status().value().running == 1);

    disk.set_full(false);
    // Nor does its worker lose it.
    CHECK(queue->expire().value().retried == 0);
    CHECK(queue->finish(claimed[0].fence, {}));
    CHECK_FALSE(queue->accept_and_wait(refused).value().is_duplicate());
    CHECK(queue->status().value().events == 2);
    queue.reset();
    check_whole(folder / "queue.db");
}

TEST_CASE("T079 a disk that is really full, and has space again") {
    const TemporaryFolder folder;
    const SmallDisk disk(folder.path());
    if (!disk.is_mounted()) {
        WARN("skipped: mounting a small disk is not allowed here");
        return;
    }
    REQUIRE(write_file_durably(folder / "ballast", std::string(1'000'000, 'x')));
    auto queue = open(folder / "queue.db");
    int stored = 0;
    Result<Accepted> answer;
    while ((answer = queue->accept_and_wait(big_arrival()))) {
        REQUIRE(++stored < 100);
    }
    CHECK(stored > 0);
    CHECK(answer.error().code == ErrorCode::unavailable);
    CHECK(queue->status().value().events == stored);

    REQUIRE(std::filesystem::remove(folder / "ballast"));
    REQUIRE(queue->accept_and_wait(big_arrival()));
    CHECK(queue->status().value().events == stored + 1);
    queue.reset();
    check_whole(folder / "queue.db");
}

TEST_CASE("T080 after a failed sync the database is opened anew before anything else is accepted") {
    FaultyDisk disk;
    const TemporaryFolder folder;
    auto queue = open(folder / "queue.db");
    REQUIRE(queue->accept_and_wait(big_arrival()));
    RawDatabase raw(folder / "queue.db");
    const auto openings = raw.number("SELECT openings FROM store");

    disk.fail_next_sync();
    const auto refused = queue->accept_and_wait(big_arrival());
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::unavailable);

    CHECK(queue->accept_and_wait(big_arrival()));
    CHECK(raw.number("SELECT openings FROM store") == openings + 1);
    CHECK(queue->status().value().events == 2);
}

TEST_CASE("T080 while the disk keeps failing nothing is accepted; later it goes on") {
    FaultyDisk disk;
    const TemporaryFolder folder;
    auto queue = open(folder / "queue.db");
    disk.fail_from(1);
    for (int i = 0; i < 3; ++i) {
        CHECK(queue->accept_and_wait(big_arrival()).error().code == ErrorCode::unavailable);
    }
    disk.heal();
    CHECK(queue->accept_and_wait(big_arrival()));
    queue.reset();
    check_whole(folder / "queue.db");
}

TEST_CASE("T078 T079 whichever write fails, what was acknowledged is there and nothing is half") {
    FaultyDisk disk;
    int nth = 1;
    for (bool failed = true; failed; ++nth) {
        REQUIRE(nth < 500);
        const TemporaryFolder folder;
        auto queue = open(folder / "queue.db");
        REQUIRE(queue->accept_and_wait(big_arrival()));
        auto sent = big_arrival();
        sent.delivery.key = "key";
        disk.fail_from(nth);
        const auto answer = queue->accept_and_wait(sent);
        failed = disk.has_failed();
        disk.heal();
        CHECK(answer.has_value() != failed);
        // The sender tries again, as after any answer but 2xx.
        const auto again = queue->accept_and_wait(sent);
        REQUIRE(again);
        CHECK(again->events[0].runs.size() == 1);
        queue.reset();
        queue = open(folder / "queue.db");
        CHECK(queue->status().value().events == 2);
        CHECK(queue->runs({}).value().size() == 2);
        queue.reset();
        check_whole(folder / "queue.db");
    }
    CHECK(nth > 10);
}
