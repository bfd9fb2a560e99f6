#include "core/queue/sqlite.hpp"
#include "core/queue/sqlite/schema.hpp"
#include "core/queue/sqlite/store.hpp"
#include "tests/contract/queue/samples.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/core/queue/raw_database.hpp"

#include <sys/stat.h>

#include <fstream>

using namespace hookd;
using namespace hookd::queue;
using namespace hookd::test;
using Catch::Matchers::Contains;
using std::filesystem::path;

namespace {

Result<std::unique_ptr<Queue>> open(const path& file, OpenMode mode = OpenMode::existing) {
    static const RealClock k_clock;
    return open_sqlite({.file = file, .mode = mode}, k_clock);
}

/// A database with some content, closed.
void make_database(const path& file) {
    auto queue = open(file, OpenMode::create_if_missing);
    REQUIRE(queue);
    for (int i = 0; i < 20; ++i) {
        auto sent = arrival({with_run(any_push(), {action("test")})});
        sent.delivery.body = std::string(9000, 'b');
        REQUIRE((*queue)->accept_and_wait(std::move(sent)));
    }
}

/// Both modes refuse: only a missing file is ever made. Gives the words.
std::string refusal(const path& file, ErrorCode code) {
    const auto refused = open(file, OpenMode::existing);
    REQUIRE_FALSE(refused);
    const auto not_made = open(file, OpenMode::create_if_missing);
    REQUIRE_FALSE(not_made);
    CHECK(refused.error().code == code);
    CHECK(not_made.error() == refused.error());
    CHECK_THAT(refused.error().message, Contains(file.filename().string()));
    CHECK_THAT(refused.error().message, !Contains("\n"));
    return refused.error().message;
}

void write(const path& file, const std::string& bytes) {
    std::ofstream(file) << bytes;
}

void overwrite(const path& file, std::streamoff at, const std::string& bytes) {
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekp(at);
    stream << bytes;
}

}  // namespace

TEST_CASE("T081 a missing database is refused, and made only where that is asked for") {
    const TemporaryFolder folder;
    const path file = folder / "queue.db";
    const auto refused = open(file);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::not_found);
    CHECK_THAT(refused.error().message, Contains("hookctl init"));
    CHECK(std::filesystem::is_empty(folder.path()));

    REQUIRE(open(file, OpenMode::create_if_missing));
    REQUIRE(open(file));
    struct ::stat status {};
    REQUIRE(::stat(file.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
    RawDatabase raw(file);
    CHECK(raw.number("PRAGMA application_id") == 0x686F6F6B);
    CHECK(raw.number("PRAGMA user_version") == sqlite::migrations().back().version);
    CHECK(raw.number("PRAGMA page_size") == 8192);
    CHECK(raw.text("PRAGMA journal_mode") == "wal");
}

TEST_CASE("T081 a folder that is not there is said so") {
    const TemporaryFolder folder;
    const auto refused = open(folder / "none" / "queue.db", OpenMode::create_if_missing);
    REQUIRE_FALSE(refused);
    CHECK_THAT(refused.error().message, Contains("none/queue.db"));
}

TEST_CASE("T081 an empty file is no fresh start") {
    const TemporaryFolder folder;
    const path file = folder / "queue.db";
    write(file, "");
    CHECK_THAT(refusal(file, ErrorCode::invalid), Contains("is empty") && Contains("backup"));
    CHECK(std::filesystem::file_size(file) == 0);
}

TEST_CASE("T081 a file of another kind is refused and left as it is") {
    const TemporaryFolder folder;
    const path file = folder / "queue.db";
    const std::string text = GENERATE(std::string("dear diary"), std::string(20'000, 'x'));
    write(file, text);
    CHECK_THAT(refusal(file, ErrorCode::invalid), Contains("not a database"));
    CHECK(read_file(file).value() == text);
}

TEST_CASE("T081 another program's database is refused and left as it is") {
    const TemporaryFolder folder;
    const path file = folder / "queue.db";
    {
        RawDatabase raw(file);
        raw.run("CREATE TABLE diary (day TEXT); PRAGMA user_version = 1;");
    }
    const std::string before = read_file(file).value();
    CHECK_THAT(refusal(file, ErrorCode::invalid), Contains("another program"));
    CHECK(read_file(file).value() == before);
}

TEST_CASE("T081 a newer hookd's database is refused") {
    const TemporaryFolder folder;
    const path file = folder / "queue.db";
    make_database(file);
    const int newest = sqlite::migrations().back().version;
    {
        RawDatabase raw(file);
        raw.run("PRAGMA user_version = " + std::to_string(newest + 1));
    }
    CHECK_THAT(refusal(file, ErrorCode::invalid),
               Contains("newer hookd") && Contains("schema " + std::to_string(newest + 1)) &&
                   Contains("knows " + std::to_string(newest)));
}

TEST_CASE("T081 a damaged database is refused with the way out") {
    const TemporaryFolder folder;
    const path file = folder / "queue.db";
    make_database(file);
    const auto size = static_cast<std::streamoff>(std::filesystem::file_size(file));
    SECTION("its tables overwritten") {
        overwrite(file, size / 2, std::string(static_cast<std::size_t>(size / 4), '\x5a'));
    }
    SECTION("its list of tables overwritten") {
        overwrite(file, 100, std::string(4000, '\x5a'));
    }
    SECTION("cut short") {
        std::filesystem::resize_file(file, static_cast<std::size_t>(size / 2));
    }
    SECTION("cut within a page") {
        std::filesystem::resize_file(file, static_cast<std::size_t>(size) - 5000);
    }
    CHECK_THAT(refusal(file, ErrorCode::invalid), Contains("damaged") && Contains(".recover"));
}

TEST_CASE("T081 a log without its database is not overlooked") {
    const TemporaryFolder folder;
    const path file = folder / "queue.db";
    write(folder / "queue.db-wal", "something");
    const auto refused = open(file, OpenMode::create_if_missing);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::invalid);
    CHECK_THAT(refused.error().message, Contains("queue.db-wal") && Contains("without"));
}

TEST_CASE("T081 a creation that was cut off leaves nothing in the way") {
    const TemporaryFolder folder;
    const path file = folder / "queue.db";
    write(folder / "queue.db.new", "half");
    write(folder / "queue.db.new-wal", "half");
    REQUIRE(open(file, OpenMode::create_if_missing));
    CHECK_FALSE(std::filesystem::exists(folder / "queue.db.new"));
}

TEST_CASE("T081 network file systems are known by their numbers") {
    CHECK(sqlite::network_file_system(0x6969) == "NFS");
    CHECK(sqlite::network_file_system(0xFF534D42) == "CIFS");
    CHECK(sqlite::network_file_system(static_cast<long>(static_cast<std::int32_t>(0xFE534D42U))) ==
          "SMB2");
    CHECK_FALSE(sqlite::network_file_system(0xEF53));      // ext4
    CHECK_FALSE(sqlite::network_file_system(0x01021994));  // tmpfs
}

TEST_CASE("migrations are numbered from 1 without gaps and each sets its number") {
    int expected = 0;
    for (const sqlite::Migration& migration : sqlite::migrations()) {
        CHECK(migration.version == ++expected);
        CHECK_THAT(migration.script,
                   Contains("PRAGMA user_version = " + std::to_string(expected) + ";"));
    }
    CHECK(expected >= 1);
}
