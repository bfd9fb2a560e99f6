#include "handlers/tree_copy.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/temporary_folder.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

using namespace hookd;
using namespace hookd::handlers;
namespace fs = std::filesystem;

namespace {

struct CopyBench {
    CopyBench() {
        fs::create_directory(from);
        fs::create_directory(to);
    }

    hookd::Result<CopiedTree> copy(const std::function<bool()>& stop = {}) const {
        const Fd source(::open(from.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        const Fd target(::open(to.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        return copy_tree(source.get(), target.get(), stop);
    }
    void write(const std::string& path, const std::string& content) const {
        fs::create_directories((from / path).parent_path());
        std::ofstream(from / path, std::ios::binary) << content;
    }
    [[nodiscard]] unsigned mode(const std::string& path) const {
        struct ::stat status {};
        REQUIRE(::lstat((to / path).c_str(), &status) == 0);
        return status.st_mode & 07777U;
    }

    hookd::test::TemporaryFolder folder;
    fs::path from = folder / "from";
    fs::path to = folder / "to";
};

}  // namespace

TEST_CASE("files, folders and modes are copied as they are, without set-uid") {
    const CopyBench bench;
    const std::string large((9U << 20) + 17, 'x');
    bench.write("a", "1");
    bench.write("d/e/program", "2");
    bench.write("d/large", large);
    bench.write("d/\xff\xfe", "odd");
    fs::create_directory(bench.from / "empty");
    ::chmod((bench.from / "a").c_str(), 0640);
    ::chmod((bench.from / "d/e/program").c_str(), 06755);
    ::chmod((bench.from / "d/e").c_str(), 0555);
    const auto old = ::umask(0077);
    const auto copied = bench.copy();
    ::umask(old);
    REQUIRE(copied);
    CHECK(copied->files == 4);
    CHECK(copied->bytes == static_cast<std::int64_t>(large.size()) + 5);
    CHECK(read_file(bench.to / "d/large").value() == large);
    CHECK(read_file(bench.to / "d/\xff\xfe").value() == "odd");
    CHECK(fs::is_directory(bench.to / "empty"));
    CHECK(bench.mode("a") == 0640);
    CHECK(bench.mode("d/e/program") == 0755);
    CHECK(bench.mode("d/e") == 0555);
}

TEST_CASE("T048 links are copied as links and nothing behind them is") {
    const CopyBench bench;
    const auto outside = bench.folder / "outside";
    fs::create_directory(outside);
    std::ofstream(outside / "secret") << "secret";
    fs::create_symlink(outside, bench.from / "folder");
    fs::create_symlink(outside / "secret", bench.from / "file");
    fs::create_symlink("../outside/secret", bench.from / "up");
    fs::create_symlink("nowhere", bench.from / "dangling");
    REQUIRE(bench.copy());
    CHECK(fs::read_symlink(bench.to / "folder") == outside);
    CHECK(fs::read_symlink(bench.to / "file") == outside / "secret");
    CHECK(fs::read_symlink(bench.to / "up") == "../outside/secret");
    CHECK(fs::read_symlink(bench.to / "dangling") == "nowhere");
}

TEST_CASE("git's own folder is left out, and what is no file is named") {
    const CopyBench bench;
    bench.write(".git/config", "x");
    bench.write("sub/.git", "gitdir: elsewhere");
    bench.write(".gitignore", "x");
    REQUIRE(::mkfifo((bench.from / "pipe").c_str(), 0600) == 0);
    const auto copied = bench.copy();
    REQUIRE(copied);
    CHECK(copied->left_out == std::vector<std::string>{"pipe"});
    CHECK_FALSE(fs::exists(bench.to / ".git"));
    CHECK_FALSE(fs::exists(bench.to / "sub/.git"));
    CHECK(fs::exists(bench.to / ".gitignore"));
    CHECK_FALSE(fs::exists(bench.to / "pipe"));
}

TEST_CASE("a copy ends where it is told to stop, also within a large file") {
    const CopyBench bench;
    bench.write("large", std::string(std::size_t{30} << 20, 'x'));
    int asked = 0;
    const auto stopped = bench.copy([&] { return ++asked > 2; });
    REQUIRE_FALSE(stopped);
    CHECK(stopped.error().code == ErrorCode::unavailable);
}

TEST_CASE("a tree that nests too deep is refused") {
    const CopyBench bench;
    std::string deep;
    for (int i = 0; i < 220; ++i) {
        deep += "d/";
    }
    bench.write(deep + "x", "1");
    const auto refused = bench.copy();
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::invalid);
}

TEST_CASE("T048 a folder of the workspace is opened without leaving it") {
    const CopyBench bench;
    bench.write("dist/html/index", "1");
    fs::create_directory(bench.folder / "outside");
    fs::create_directory_symlink(bench.folder / "outside", bench.from / "link");
    fs::create_directory_symlink(bench.from / "dist", bench.from / "inside");
    CHECK(open_folder_below(bench.from, "."));
    CHECK(open_folder_below(bench.from, ""));
    CHECK(open_folder_below(bench.from, "dist/html/"));
    CHECK(open_folder_below(bench.from, "./dist/./html"));
    for (const auto* path :
         {"/etc", "..", "dist/../..", "link", "inside/html", "dist/html/index"}) {
        CAPTURE(path);
        const auto refused = open_folder_below(bench.from, path);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == ErrorCode::invalid);
    }
    CHECK_FALSE(open_folder_below(bench.from, "absent"));
}
