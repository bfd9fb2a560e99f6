#include "core/queue/sqlite.hpp"
#include "core/queue/sqlite/batch.hpp"
#include "core/queue/sqlite/store.hpp"
#include "tests/contract/queue/samples.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/core/queue/faulty_disk.hpp"
#include "tests/unit/core/queue/raw_database.hpp"

#include <algorithm>
#include <chrono>
#include <future>
#include <memory>
#include <random>
#include <thread>
#include <vector>

using namespace hookd;
using namespace hookd::queue;
using namespace hookd::test;

namespace {

const RealClock k_clock;

std::unique_ptr<Queue> open(const std::filesystem::path& file, std::size_t most_waiting = 10'000) {
    auto opened = open_sqlite(
        {.file = file, .mode = OpenMode::create_if_missing, .most_waiting_accepts = most_waiting},
        k_clock);
    REQUIRE(opened);
    return *std::move(opened);
}

/// Counts answers of accepts.
struct Answers {
    std::atomic<int> good{0};
    std::atomic<int> unavailable{0};
    AcceptDone counter() {
        return [this](const Result<Accepted>& accepted) {
            if (accepted) {
                ++good;
            } else if (accepted.error().code == ErrorCode::unavailable) {
                ++unavailable;
            }
        };
    }
};

/// Says on which thread it ended.
class Ended {
  public:
    explicit Ended(std::promise<std::thread::id> said) : said_(std::move(said)) {}
    Ended(const Ended&) = delete;
    Ended& operator=(const Ended&) = delete;
    ~Ended() { said_.set_value(std::this_thread::get_id()); }

  private:
    std::promise<std::thread::id> said_;
};

/// Accepts `arrival`, waits for the answer, and tells where what was made for it will end.
std::future<std::thread::id> accept_with_end(Queue& queue, Arrival arrival) {
    std::promise<std::thread::id> said;
    auto end = said.get_future();
    std::promise<void> answered;
    queue.accept(std::move(arrival), [&answered, ended = std::make_shared<Ended>(std::move(said))](
                                         const Result<Accepted>&) { answered.set_value(); });
    answered.get_future().wait();
    return end;
}

/// Registers a host, or breaks a rule of the schema after having written something.
class HostTask final : public sqlite::WriteTask {
  public:
    explicit HostTask(std::string host) : host_(std::move(host)) {}
    void apply(sqlite::Transaction& transaction) override {
        transaction.changes.push_back(Change{});
        transaction.db.run("INSERT INTO node (host, started_at) VALUES (?1, 0)", {host_});
        if (host_ == "bad") {
            transaction.db.run("INSERT INTO node (host, started_at) VALUES (NULL, 0)");
        }
    }
    void done(const Status&) override {}

  private:
    std::string host_;
};

}  // namespace

TEST_CASE("what gathered while the writer was busy is one commit") {
    FaultyDisk disk;
    const TemporaryFolder folder;
    auto queue = open(folder / "queue.db");
    std::promise<void> go_on;
    std::promise<void> is_busy;
    queue->accept(arrival({any_push()}), [&](const Result<Accepted>&) {
        is_busy.set_value();
        go_on.get_future().wait();
    });
    is_busy.get_future().wait();
    Answers answers;
    for (int i = 0; i < 100; ++i) {
        queue->accept(arrival({with_run(any_push(), {action("test")})}), answers.counter());
    }
    const int before = disk.log_syncs();
    CHECK(answers.good == 0);
    go_on.set_value();
    REQUIRE(eventually([&] { return answers.good == 100; }));
    CHECK(disk.log_syncs() - before >= 1);
    // The log's header is synced as well where it starts anew.
    CHECK(disk.log_syncs() - before <= 2);
}

TEST_CASE("what was made for an accept is freed by a thread that brings another one") {
    const TemporaryFolder folder;
    auto queue = open(folder / "queue.db");
    std::vector<std::future<std::thread::id>> ends;
    for (int i = 0; i < 100; ++i) {
        ends.push_back(accept_with_end(*queue, arrival({any_push()})));
    }
    const auto is_ready = [](const std::future<std::thread::id>& end) {
        return end.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
    };
    // Those behind the last few are gone, so that nothing gathers.
    CHECK(std::count_if(ends.begin(), ends.end(), is_ready) >= 95);
    for (auto& end : ends) {
        if (is_ready(end)) {
            CHECK(end.get() == std::this_thread::get_id());
        }
    }
}

TEST_CASE("what holds much is freed as soon as it is done") {
    const TemporaryFolder folder;
    auto queue = open(folder / "queue.db");
    auto large = arrival({any_push()});
    large.delivery.body = std::string(100'000, 'b');
    auto end = accept_with_end(*queue, std::move(large));
    CHECK(end.get() != std::this_thread::get_id());
}

TEST_CASE("T078 each commit is synced before it is answered") {
    FaultyDisk disk;
    const TemporaryFolder folder;
    auto queue = open(folder / "queue.db");
    for (int i = 0; i < 10; ++i) {
        const int before = disk.log_syncs();
        REQUIRE(queue->accept_and_wait(arrival({any_push()})));
        CHECK(disk.log_syncs() > before);
    }
}

TEST_CASE("asking for work where there is none writes nothing") {
    FaultyDisk disk;
    const TemporaryFolder folder;
    auto queue = open(folder / "queue.db");
    const int before = disk.log_syncs();
    REQUIRE(queue->claim({NodeId(1), 5, Milliseconds(1000)}));
    REQUIRE(queue->expire());
    CHECK(disk.log_syncs() == before);
}

TEST_CASE("one change that cannot be stored does not fail the others of its commit") {
    const TemporaryFolder folder;
    open(folder / "queue.db").reset();
    auto store = sqlite::Store::open({.file = folder / "queue.db"});
    REQUIRE(store);
    auto opened = store->connect_writer();
    REQUIRE(opened);
    sqlite::WriterMemory memory;
    memory.epoch = opened->epoch;
    sqlite::Batch batch;
    for (const char* host : {"one", "bad", "two", "bad", "three"}) {
        batch.push_back(std::make_unique<HostTask>(host));
    }
    const auto result = sqlite::write_batch(batch, *opened->connection, memory, k_clock);
    CHECK_FALSE(result.failure);
    REQUIRE(result.outcomes.size() == 5);
    CHECK(result.outcomes[0].has_value());
    CHECK_FALSE(result.outcomes[1].has_value());
    CHECK(result.outcomes[2].has_value());
    CHECK_FALSE(result.outcomes[3].has_value());
    CHECK(result.outcomes[4].has_value());
    CHECK(result.changes.size() == 3);
    RawDatabase raw(folder / "queue.db");
    CHECK(raw.number("SELECT count(*) FROM node") == 3);
    CHECK(raw.number("SELECT count(*) FROM node WHERE host = 'bad'") == 0);
}

TEST_CASE("accepts beyond the most that may wait are refused at once; reading never waits") {
    const TemporaryFolder folder;
    auto queue = open(folder / "queue.db", 3);
    RawDatabase other(folder / "queue.db");
    other.run("BEGIN IMMEDIATE");  // the writer has to wait now
    Answers answers;
    // One batch is with the writer, however much of it has gathered by then; three more wait.
    REQUIRE(eventually([&] {
        queue->accept(arrival({any_push()}), answers.counter());
        return answers.unavailable > 0;
    }));
    CHECK(answers.good == 0);
    CHECK(queue->status().value().events == 0);
    CHECK(queue->events({}).value().empty());
    other.run("ROLLBACK");
    REQUIRE(eventually([&] { return answers.good >= 3; }));
    CHECK(queue->accept_and_wait(arrival({any_push()})));
}

TEST_CASE("what waits at the end is still committed and answered") {
    const TemporaryFolder folder;
    Answers answers;
    {
        auto queue = open(folder / "queue.db");
        for (int i = 0; i < 50; ++i) {
            queue->accept(arrival({any_push()}), answers.counter());
        }
    }
    CHECK(answers.good == 50);
    CHECK(open(folder / "queue.db")->status().value().events == 50);
}

TEST_CASE("the write-ahead log does not grow with what is written") {
    constexpr std::size_t k_mib = std::size_t{1} << 20;
    const TemporaryFolder folder;
    const auto log_size = [&] { return std::filesystem::file_size(folder / "queue.db-wal"); };
    auto queue = open(folder / "queue.db");
    // Nothing that would become smaller.
    std::mt19937 random(1);
    std::string noise(k_mib, '\0');
    std::generate(noise.begin(), noise.end(), [&random] { return static_cast<char>(random()); });
    const auto write = [&](int mebibytes) {
        for (int i = 0; i < mebibytes; ++i) {
            auto sent = arrival({any_push()});
            sent.delivery.body = noise;
            REQUIRE(queue->accept_and_wait(std::move(sent)));
        }
    };
    SECTION("while nobody reads") {
        write(100);
        CHECK(log_size() < 40 * k_mib);
    }
    SECTION("once a reader that held it up has gone") {
        RawDatabase reader(folder / "queue.db");
        reader.run("BEGIN; SELECT count(*) FROM event;");
        write(80);
        CHECK(log_size() > 80 * k_mib);
        reader.run("COMMIT");
        write(40);
        CHECK(log_size() < 40 * k_mib);
    }
}

TEST_CASE("T022 refused deliveries that wait to be written take no accept's place") {
    const TemporaryFolder folder;
    auto queue = open(folder / "queue.db", 10);
    std::promise<void> go_on;
    std::promise<void> is_busy;
    queue->accept(arrival({any_push()}), [&](const Result<Accepted>&) {
        is_busy.set_value();
        go_on.get_future().wait();
    });
    is_busy.get_future().wait();
    std::atomic<int> kept{0};
    std::atomic<int> left_out{0};
    std::vector<char> order;  // written by the writer's thread, read once it is done
    for (int i = 0; i < 1000; ++i) {
        Delivery refused = arrival({}).delivery;
        refused.verdict = {Verdict::Kind::refused, 403, "forbidden_repository", ""};
        queue->record(std::move(refused), [&](const Status& recorded) {
            if (recorded) {
                order.push_back('r');
                ++kept;
            } else {
                ++left_out;
            }
        });
    }
    // Full of records, and yet there is room for as many accepts as without them, before them.
    CHECK(left_out > 0);
    std::atomic<int> accepted{0};
    for (int i = 0; i < 10; ++i) {
        queue->accept(arrival({any_push()}), [&](const Result<Accepted>& stored) {
            if (stored) {
                order.push_back('a');
                ++accepted;
            }
        });
    }
    go_on.set_value();
    REQUIRE(eventually([&] { return kept + left_out == 1000; }));
    CHECK(accepted == 10);
    CHECK(std::string(order.begin(), order.end()).substr(0, 10) == "aaaaaaaaaa");
    CHECK(queue->deliveries({.only_refused = true, .limit = 200}).value().size() == 200);
}
