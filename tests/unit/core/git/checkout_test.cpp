#include "core/base/text.hpp"
#include "core/git/entry_name.hpp"
#include "core/git/repository.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/git_repository.hpp"
#include "tests/unit/core/git/random_history.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <random>

namespace hookd::git {
namespace {

namespace fs = std::filesystem;
using test::GitRepository;
using test::RandomHistory;
using namespace std::string_literals;

Repository open(const GitRepository& repository) {
    auto opened = Repository::open(repository.path());
    REQUIRE(opened);
    return std::move(*opened);
}

fs::path fresh(const GitRepository& real, const std::string& name = "workspace") {
    const auto folder = real.folder() / name;
    REQUIRE(remove_tree(folder));
    fs::create_directory(folder);
    return folder;
}

/// Path to "kind mode content" of everything in a folder. Links are read, not followed.
std::map<std::string, std::string> listing(const fs::path& folder) {
    std::map<std::string, std::string> all;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        const auto path = entry.path().lexically_relative(folder).string();
        struct ::stat status {};
        REQUIRE(::lstat(entry.path().c_str(), &status) == 0);
        if (S_ISLNK(status.st_mode)) {
            all[path] = "link " + fs::read_symlink(entry.path()).string();
        } else if (S_ISDIR(status.st_mode)) {
            all[path] = "folder";
        } else {
            all[path] = ((status.st_mode & 0100U) != 0 ? "program " : "file ") +
                        read_file(entry.path()).value();
        }
    }
    return all;
}

struct RawEntry {
    std::string mode;
    std::string name;
    std::string id;
};

/// A commit of a tree that git itself would not write: names and order as given.
ObjectId hostile_commit(const GitRepository& real, const std::vector<RawEntry>& entries) {
    std::string raw;
    for (const auto& entry : entries) {
        raw += entry.mode + " " + entry.name + '\0';
        const auto id = from_hex(entry.id).value();
        raw.append(id.begin(), id.end());
    }
    const auto tree = real.line({"hash-object", "-t", "tree", "-w", "--stdin", "--literally"}, raw);
    const auto commit = real.line({"hash-object", "-t", "commit", "-w", "--stdin", "--literally"},
                                  "tree " + tree +
                                      "\nauthor A <a@acme.test> 1 +0000\n"
                                      "committer A <a@acme.test> 1 +0000\n\nx\n");
    return ObjectId::parse(commit).value();
}

std::string blob(const GitRepository& real, const std::string& content) {
    return real.line({"hash-object", "-w", "--stdin"}, content);
}

TEST_CASE("a checkout is what git archive holds, for random histories") {
    const auto seed = GENERATE(11U, 12U, 13U);
    CAPTURE(seed);
    GitRepository real;
    const RandomHistory history(real, seed, 25);
    const auto repository = open(real);
    for (std::size_t i = 0; i < history.commits.size(); i += 4) {
        const auto& commit = history.commits[i];
        CAPTURE(commit.text());
        const auto ours = fresh(real, "ours");
        const auto theirs = fresh(real, "theirs");
        const auto tar = real.folder() / "archive.tar";
        real.git({"archive", "-o", tar.string(), commit.text()});
        REQUIRE(std::system(
                    ("tar -xf '" + tar.string() + "' -C '" + theirs.string() + "'").c_str()) == 0);
        const auto written = repository.checkout(commit, ours);
        INFO((written ? "" : written.error().message));
        REQUIRE(written);
        CHECK(listing(ours) == listing(theirs));
    }
}

TEST_CASE("modes are git's whatever the umask is") {
    GitRepository real;
    const auto commit = real.commit("main", {{"d/file", "1"}, {"d/program", "2", "100755"}});
    const auto folder = fresh(real);
    const auto old = ::umask(0077);
    const auto written = open(real).checkout(commit, folder);
    ::umask(old);
    REQUIRE(written);
    const auto mode = [&](const std::string& path) {
        struct ::stat status {};
        REQUIRE(::lstat((folder / path).c_str(), &status) == 0);
        return status.st_mode & 07777U;
    };
    CHECK(mode("d") == 0755);
    CHECK(mode("d/file") == 0644);
    CHECK(mode("d/program") == 0755);
}

TEST_CASE("large blobs come whole, loose and packed") {
    GitRepository real;
    std::mt19937 random(5);
    std::string large((5U << 20) + 12345, '\0');
    for (auto& byte : large) {
        byte = static_cast<char>(random());
    }
    const auto id = blob(real, large);
    const auto tree = real.line(
        {"mktree"}, "100755 blob " + id + "\tlarge\n100644 blob " + blob(real, "") + "\tempty\n");
    const auto commit = ObjectId::parse(real.line({"commit-tree", "-m", "x", tree})).value();
    real.git({"update-ref", "refs/heads/main", commit.text()});
    const auto check = [&] {
        const auto folder = fresh(real);
        REQUIRE(open(real).checkout(commit, folder));
        CHECK(read_file(folder / "large").value() == large);
        CHECK(read_file(folder / "empty").value().empty());
    };
    REQUIRE(fs::exists(real.path() / "objects" / id.substr(0, 2) / id.substr(2)));
    check();
    real.git({"repack", "-q", "-a", "-d"});
    REQUIRE_FALSE(fs::exists(real.path() / "objects" / id.substr(0, 2) / id.substr(2)));
    check();
}

TEST_CASE("T047 attributes and filters do not touch what is stored") {
    GitRepository real;
    const auto canary = real.folder() / "canary";
    real.git({"config", "filter.evil.smudge", "touch '" + canary.string() + "'"});
    real.git({"config", "core.autocrlf", "true"});
    const auto commit = real.commit(
        "main",
        {{".gitattributes", "* text eol=crlf ident filter=evil\nhidden export-ignore\n"},
         {"a", "one\ntwo\n$Id$\n"},
         {"hidden", "here"},
         {"big.bin", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n"}});
    const auto folder = fresh(real);
    REQUIRE(open(real).checkout(commit, folder));
    CHECK(read_file(folder / "a").value() == "one\ntwo\n$Id$\n");
    CHECK(read_file(folder / "hidden").value() == "here");
    CHECK(read_file(folder / "big.bin").value().starts_with("version https://git-lfs"));
    CHECK_FALSE(fs::exists(canary));
    CHECK_FALSE(fs::exists(folder / ".git"));
}

TEST_CASE("T047 a submodule is an empty folder, whatever .gitmodules says") {
    GitRepository real;
    const auto commit = real.commit(
        "main", {{".gitmodules", "[submodule \"x\"]\n\tpath = x\n\turl = ext::touch% canary\n"},
                 {"x", std::string(40, '1'), "160000"}});
    const auto folder = fresh(real);
    REQUIRE(open(real).checkout(commit, folder));
    CHECK(fs::is_directory(folder / "x"));
    CHECK(fs::is_empty(folder / "x"));
}

TEST_CASE("T048 links that point outside are written as they are and never written through") {
    GitRepository real;
    const auto outside = real.folder() / "outside";
    fs::create_directory(outside);
    const auto commit = real.commit("main", {{"absolute", outside.string(), "120000"},
                                             {"up", "../outside", "120000"},
                                             {"self", "self", "120000"},
                                             {"z/inner", "../../outside/file", "120000"}});
    const auto folder = fresh(real);
    REQUIRE(open(real).checkout(commit, folder));
    CHECK(fs::read_symlink(folder / "absolute") == outside);
    CHECK(fs::read_symlink(folder / "up") == "../outside");
    CHECK(fs::read_symlink(folder / "z/inner") == "../../outside/file");
    CHECK(fs::is_empty(outside));
}

TEST_CASE("T035 T048 a link and a folder of one name in a crafted tree are refused") {
    GitRepository real;
    const auto outside = real.folder() / "outside";
    fs::create_directory(outside);
    const auto first = real.commit("main", {{"victim", "written"}});
    const auto tree = real.line({"rev-parse", first.text() + "^{tree}"});
    const auto link = blob(real, outside.string());
    const auto file_link = blob(real, (outside / "file").string());
    const auto file = blob(real, "written");
    const auto repository = open(real);
    for (const auto& entries : std::vector<std::vector<RawEntry>>{
             {{"120000", "x", link}, {"40000", "x", tree}},
             {{"120000", "x", file_link}, {"100644", "x", file}},
             {{"120000", "x", link}, {"160000", "x", std::string(40, '1')}},
             {{"40000", "x", tree}, {"120000", "x", link}},
             {{"100644", "x", file}, {"100644", "x", file}}}) {
        const auto refused = repository.checkout(hostile_commit(real, entries), fresh(real));
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == ErrorCode::invalid);
        CHECK(refused.error().message.find("twice") != std::string::npos);
        CHECK(fs::is_empty(outside));
    }
}

TEST_CASE("T035 names that would leave the folder or make a repository are refused") {
    GitRepository real;
    const auto first = real.commit("main", {{"a", "1"}});
    const auto tree = real.line({"rev-parse", first.text() + "^{tree}"});
    const auto file = real.id(first.text() + ":a").text();
    const auto repository = open(real);
    for (const auto& name : {"."s, ".."s, ".git"s, ".GIT"s, ".giT"s, "git~1"s, "GIT~1"s, ".git."s,
                             ".git "s, "../escaped"s, "a/b"s, "/etc"s, "..."s + "/x"}) {
        for (const auto& entry : {RawEntry{"100644", name, file}, RawEntry{"40000", name, tree},
                                  RawEntry{"120000", name, file}, RawEntry{"160000", name, file}}) {
            CAPTURE(name, entry.mode);
            const auto folder = fresh(real);
            const auto refused = repository.checkout(hostile_commit(real, {entry}), folder);
            REQUIRE_FALSE(refused);
            CHECK(refused.error().code == ErrorCode::invalid);
            CHECK(fs::is_empty(folder));
        }
    }
    CHECK_FALSE(fs::exists(real.folder() / "escaped"));
}

TEST_CASE("ordinary names that look odd are allowed") {
    for (const auto* name : {"...", ".gitignore", ".gitmodules", "git", "git~2", "a.git", "-rf",
                             "\xff\xfe", "x\ny", "~", "con"}) {
        CAPTURE(name);
        CHECK(is_safe_entry_name(name));
    }
    CHECK_FALSE(is_safe_entry_name(""));
    CHECK_FALSE(is_safe_entry_name("a\0b"s));
}

TEST_CASE("T035 entries that are not what their mode says are errors") {
    GitRepository real;
    const auto first = real.commit("main", {{"a", "1"}});
    const auto tree = real.line({"rev-parse", first.text() + "^{tree}"});
    const auto file = real.id(first.text() + ":a").text();
    const auto repository = open(real);
    for (const auto& entry :
         {RawEntry{"40000", "x", file}, RawEntry{"100644", "x", tree},
          RawEntry{"120000", "x", tree}, RawEntry{"100644", "x", std::string(40, 'c')},
          RawEntry{"120000", "x", blob(real, "")}, RawEntry{"120000", "x", blob(real, "a\0b"s)},
          RawEntry{"120000", "x", blob(real, std::string(5000, 'a'))}}) {
        CAPTURE(entry.mode, entry.id);
        CHECK_FALSE(repository.checkout(hostile_commit(real, {entry}), fresh(real)));
    }
}

TEST_CASE("T035 a tree nested too deep is refused") {
    GitRepository real;
    std::string deep;
    for (int i = 0; i < 300; ++i) {
        deep += "d/";
    }
    const auto commit = real.commit("main", {{deep + "x", "1"}});
    const auto refused = open(real).checkout(commit, fresh(real));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::invalid);
    CHECK(refused.error().message.find("deeper") != std::string::npos);
}

TEST_CASE("only an empty, real folder is written to") {
    GitRepository real;
    const auto commit = real.commit("main", {{"a", "1"}});
    const auto repository = open(real);
    const auto folder = fresh(real);
    std::ofstream(folder / ".hidden") << "x";
    const auto full = repository.checkout(commit, folder);
    REQUIRE_FALSE(full);
    CHECK(full.error().code == ErrorCode::invalid);

    const auto target = fresh(real, "target");
    fs::create_directory_symlink(target, real.folder() / "link");
    CHECK_FALSE(repository.checkout(commit, real.folder() / "link"));
    CHECK(fs::is_empty(target));
    CHECK_FALSE(repository.checkout(commit, real.folder() / "absent"));

    const auto absent = repository.checkout(ObjectId::parse(std::string(40, 'a')).value(), target);
    REQUIRE_FALSE(absent);
    CHECK(absent.error().code == ErrorCode::not_found);
}

TEST_CASE("a checkout ends where it is told to stop, between entries and within a large one") {
    GitRepository real;
    const auto commit =
        real.commit("main", {{"a", "1"}, {"b", "2"}, {"c", std::string(8U << 20, 'x')}});
    const auto repository = open(real);
    int asked = 0;
    const auto folder = fresh(real);
    const auto stopped = repository.checkout(commit, folder, [&] { return ++asked > 6; });
    REQUIRE_FALSE(stopped);
    CHECK(stopped.error().code == ErrorCode::unavailable);
    CHECK(fs::exists(folder / "b"));
    CHECK(fs::file_size(folder / "c") < (8U << 20));
    CHECK(repository.checkout(commit, fresh(real), [] { return false; }));
}

}  // namespace
}  // namespace hookd::git
