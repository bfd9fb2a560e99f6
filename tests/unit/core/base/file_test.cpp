#include "core/base/file.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/temporary_folder.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <string>
#include <vector>

using namespace hookd;
using hookd::test::TemporaryFolder;
namespace fs = std::filesystem;

namespace {

void write(const fs::path& path, std::string_view text) {
    const Fd file(::open(path.c_str(), O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0644));
    REQUIRE(file.is_open());
    REQUIRE(write_all(file.get(), text));
}

std::vector<std::string> names_in(const fs::path& folder) {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder)) {
        names.push_back(entry.path().filename().string());
    }
    std::sort(names.begin(), names.end());
    return names;
}

bool is_there(const fs::path& path) {
    struct ::stat status {};
    return ::lstat(path.c_str(), &status) == 0;
}

/// Modes mean nothing to root: runs `work` in a child that is not, and says whether it was true.
template <class Work>
bool holds_without_root(const TemporaryFolder& folder, Work&& work) {
    constexpr ::uid_t k_nobody = 65534;
    const bool root = ::geteuid() == 0;
    if (root) {
        REQUIRE(::chown(folder.path().c_str(), k_nobody, k_nobody) == 0);
    }
    const ::pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        if (root && (::setgid(k_nobody) != 0 || ::setuid(k_nobody) != 0)) {
            ::_exit(2);
        }
        ::_exit(work() ? 0 : 1);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/// A chain of `depth` folders "d" with a file in each. It leaves the current folder alone.
void make_chain(const fs::path& top, int depth) {
    REQUIRE(make_folders(top));
    Fd folder(::open(top.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    for (int i = 0; i < depth; ++i) {
        REQUIRE(::mkdirat(folder.get(), "d", 0700) == 0);
        folder = Fd(::openat(folder.get(), "d", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        REQUIRE(folder.is_open());
        REQUIRE(Fd(::openat(folder.get(), "f", O_CREAT | O_WRONLY | O_CLOEXEC, 0600)).is_open());
    }
}

}  // namespace

TEST_CASE("a file is read whole, with every byte") {
    const TemporaryFolder folder;
    std::string bytes;
    for (int i = 0; i < 100'000; ++i) {
        bytes += static_cast<char>(i);
    }
    write(folder / "file", bytes);
    CHECK(read_file(folder / "file") == bytes);
    CHECK(read_file(folder / "file", bytes.size()) == bytes);
    write(folder / "empty", "");
    CHECK(read_file(folder / "empty", 0) == std::string());
}

TEST_CASE("a file beyond the limit is refused, also one that does not say its size") {
    const TemporaryFolder folder;
    write(folder / "file", "12345");
    const auto text = read_file(folder / "file", 4);
    REQUIRE_FALSE(text);
    CHECK(text.error().code == ErrorCode::invalid);
    CHECK_FALSE(read_file("/proc/self/status", 10));
    CHECK(read_file("/proc/self/status").value().find("Name:") != std::string::npos);
}

TEST_CASE("what is no regular file is refused, and a fifo does not block") {
    const TemporaryFolder folder;
    REQUIRE(::mkfifo((folder / "fifo").c_str(), 0600) == 0);
    for (const fs::path& path : {folder / "fifo", folder.path(), fs::path("/dev/zero")}) {
        CAPTURE(path);
        const auto text = read_file(path);
        REQUIRE_FALSE(text);
        CHECK(text.error().code == ErrorCode::invalid);
    }
    CHECK(read_file(folder / "none").error().code == ErrorCode::not_found);
    CHECK(read_file(folder / "none" / "deeper").error().code == ErrorCode::not_found);
}

TEST_CASE("a durable write replaces what is there and leaves nothing beside it") {
    const TemporaryFolder folder;
    REQUIRE(write_file_durably(folder / "file", "one"));
    REQUIRE(write_file_durably(folder / "file", std::string(300'000, 'x'), 0640));
    CHECK(read_file(folder / "file").value().size() == 300'000);
    struct ::stat status {};
    REQUIRE(::stat((folder / "file").c_str(), &status) == 0);
    CHECK((status.st_mode & 07777U & ~0640U) == 0);
    CHECK(names_in(folder.path()) == std::vector<std::string>{"file"});
}

TEST_CASE("the longest name that a folder takes can be written durably") {
    const TemporaryFolder folder;
    const std::string name(255, 'n');
    CHECK(write_file_durably(folder / name, "x"));
    CHECK(names_in(folder.path()) == std::vector<std::string>{name});
}

TEST_CASE("a durable write replaces a link, not what the link points to") {
    const TemporaryFolder folder;
    write(folder / "target", "kept");
    fs::create_symlink(folder / "target", folder / "link");
    REQUIRE(write_file_durably(folder / "link", "new"));
    CHECK(read_file(folder / "target") == std::string("kept"));
    CHECK(fs::is_regular_file(fs::symlink_status(folder / "link")));
}

TEST_CASE("T079 a durable write that fails leaves the old file and nothing else") {
    const TemporaryFolder folder;
    REQUIRE(write_file_durably(folder / "file", "old"));
    SECTION("the target is a folder with something in it") {
        REQUIRE(make_folders(folder / "taken" / "inner"));
        CHECK_FALSE(write_file_durably(folder / "taken", "new"));
        CHECK(names_in(folder.path()) == std::vector<std::string>{"file", "taken"});
    }
    SECTION("its folder is missing") {
        const auto written = write_file_durably(folder / "none" / "file", "new");
        REQUIRE_FALSE(written);
        CHECK(written.error().code == ErrorCode::not_found);
        CHECK(names_in(folder.path()) == std::vector<std::string>{"file"});
    }
    SECTION("there is no room in the middle of the data") {
        // The limit on file sizes stops a write half-way as a full disk does.
        const bool held = holds_without_root(folder, [&folder] {
            const ::rlimit small{4096, 4096};
            if (::setrlimit(RLIMIT_FSIZE, &small) != 0 || ::signal(SIGXFSZ, SIG_IGN) == SIG_ERR) {
                return false;
            }
            return !write_file_durably(folder / "file", std::string(100'000, 'x'));
        });
        CHECK(held);
        CHECK(names_in(folder.path()) == std::vector<std::string>{"file"});
    }
    SECTION("its folder may not be written") {
        const bool held = holds_without_root(folder, [&folder] {
            ::chmod(folder.path().c_str(), 0500);
            const auto written = write_file_durably(folder / "file", "new");
            ::chmod(folder.path().c_str(), 0700);
            return !written && written.error().code == ErrorCode::denied;
        });
        CHECK(held);
        CHECK(names_in(folder.path()) == std::vector<std::string>{"file"});
    }
    CHECK(read_file(folder / "file") == std::string("old"));
}

TEST_CASE("folders are made with their parents, and existing ones stay") {
    const TemporaryFolder folder;
    REQUIRE(make_folders(folder / "a/b/c", 0750));
    REQUIRE(make_folders(folder / "a/b/c"));
    REQUIRE(make_folders(folder / "a/./b/../b/d/"));
    CHECK(fs::is_directory(folder / "a/b/c"));
    CHECK(fs::is_directory(folder / "a/b/d"));
    fs::create_directory_symlink(folder / "a", folder / "link");
    CHECK(make_folders(folder / "link/e"));
    CHECK(fs::is_directory(folder / "a/e"));
    write(folder / "file", "");
    CHECK_FALSE(make_folders(folder / "file"));
    CHECK_FALSE(make_folders(folder / "file/under"));
    fs::create_symlink("nowhere", folder / "dangling");
    CHECK_FALSE(make_folders(folder / "dangling"));
}

TEST_CASE("syncing needs a folder") {
    const TemporaryFolder folder;
    write(folder / "file", "");
    CHECK(sync_folder(folder.path()));
    CHECK(sync_folder(""));
    CHECK_FALSE(sync_folder(folder / "file"));
    CHECK_FALSE(sync_folder(folder / "none"));
}

TEST_CASE("removing what is not there succeeds") {
    const TemporaryFolder folder;
    CHECK(remove_tree(folder / "none"));
    CHECK(remove_tree(folder / "none" / "deeper"));
}

TEST_CASE("T048 removing a tree takes links away and never what they point to") {
    const TemporaryFolder folder;
    REQUIRE(make_folders(folder / "kept" / "inner"));
    write(folder / "kept/inner/file", "kept");
    REQUIRE(make_folders(folder / "tree/sub"));
    fs::create_directory_symlink(folder / "kept", folder / "tree/to-folder");
    fs::create_directory_symlink("..", folder / "tree/sub/up");
    fs::create_symlink(folder / "kept/inner/file", folder / "tree/sub/to-file");
    fs::create_symlink("nowhere", folder / "tree/dangling");
    fs::create_symlink("loop", folder / "tree/loop");
    REQUIRE(::link((folder / "kept/inner/file").c_str(), (folder / "tree/hard").c_str()) == 0);
    REQUIRE(remove_tree(folder / "tree"));
    CHECK_FALSE(is_there(folder / "tree"));
    CHECK(read_file(folder / "kept/inner/file") == std::string("kept"));

    fs::create_directory_symlink(folder / "kept", folder / "root-link");
    REQUIRE(remove_tree(folder / "root-link"));
    CHECK_FALSE(is_there(folder / "root-link"));
    CHECK(read_file(folder / "kept/inner/file") == std::string("kept"));
}

TEST_CASE("fifos, sockets and odd names are removed like files") {
    const TemporaryFolder folder;
    const auto tree = folder / "t";
    REQUIRE(make_folders(tree));
    REQUIRE(::mkfifo((tree / "fifo").c_str(), 0000) == 0);
    ::sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, (tree / "s").c_str(), sizeof address.sun_path - 1);
    const Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    REQUIRE(::bind(socket.get(), reinterpret_cast<::sockaddr*>(&address), sizeof address) == 0);
    for (const std::string& name :
         {std::string("-rf"), std::string("new\nline"), std::string("\xFF\xFE"),
          std::string(255, 'l'), std::string("..."), std::string(" ")}) {
        write(tree / name, "");
        REQUIRE(make_folders(tree / "sub" / name));
    }
    REQUIRE(remove_tree(tree));
    CHECK_FALSE(is_there(tree));
}

TEST_CASE("folders whose modes forbid everything are removed too") {
    const TemporaryFolder folder;
    const bool held = holds_without_root(folder, [&folder] {
        const auto tree = folder / "tree";
        bool made = make_folders(tree / "closed" / "inner").has_value() &&
                    make_folders(tree / "read-only" / "inner").has_value();
        for (const auto* name : {"closed/file", "closed/inner/file", "read-only/inner/file"}) {
            made = made && write_file_durably(tree / name, "x").has_value();
        }
        for (const auto& [name, mode] : {std::pair<const char*, ::mode_t>{"closed/inner", 0},
                                         {"closed", 0},
                                         {"read-only/inner", 0500},
                                         {"read-only", 0555}}) {
            made = made && ::chmod((tree / name).c_str(), mode) == 0;
        }
        made = made && ::chmod(tree.c_str(), 0) == 0;
        return made && remove_tree(tree) && !is_there(tree);
    });
    CHECK(held);
}

TEST_CASE("what cannot be removed is named, and why") {
    const TemporaryFolder folder;
    const bool held = holds_without_root(folder, [&folder] {
        const auto parent = folder / "parent";
        if (!make_folders(parent) || !write_file_durably(parent / "file", "x") ||
            !make_folders(parent / "sub") || ::chmod(parent.c_str(), 0500) != 0) {
            return false;
        }
        const auto file = remove_tree(parent / "file");
        const auto sub = remove_tree(parent / "sub");
        ::chmod(parent.c_str(), 0700);
        return !file && file.error().code == ErrorCode::denied &&
               file.error().message.find("parent/file\"") != std::string::npos && !sub &&
               sub.error().code == ErrorCode::denied;
    });
    CHECK(held);
}

TEST_CASE("a tree of 3,000 levels is removed with few descriptors") {
    const TemporaryFolder folder;
    make_chain(folder / "deep", 3000);
    ::rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
    const ::rlimit few{100, before.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &few) == 0);
    const auto removed = remove_tree(folder / "deep");
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &before) == 0);
    REQUIRE(removed);
    CHECK_FALSE(is_there(folder / "deep"));
}

TEST_CASE("branches at every depth around the number of open folders are removed") {
    const TemporaryFolder folder;
    for (int depth = 28; depth <= 36; ++depth) {
        make_chain(folder / "bush" / std::to_string(depth), depth);
    }
    fs::path at = folder / "bush" / "36";
    for (int i = 0; i < 36; ++i) {
        at /= "d";
        make_chain(at / "a", 2);
        make_chain(at / "z", 3);
    }
    REQUIRE(remove_tree(folder / "bush"));
    CHECK_FALSE(is_there(folder / "bush"));
}

TEST_CASE("a folder with many entries is removed") {
    const TemporaryFolder folder;
    REQUIRE(make_folders(folder / "wide"));
    for (int i = 0; i < 3000; ++i) {
        const auto name = folder / "wide" / ("entry-" + std::to_string(i));
        if (i % 3 == 0) {
            REQUIRE(::mkdir(name.c_str(), 0700) == 0);
            write(name / "file", "");
        } else {
            write(name, "");
        }
    }
    REQUIRE(remove_tree(folder / "wide"));
    CHECK(names_in(folder.path()).empty());
}
