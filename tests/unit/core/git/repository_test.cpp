#include "core/git/repository.hpp"

#include "core/git/owner.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/git_repository.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace hookd::git {
namespace {

using test::GitRepository;
using namespace std::string_literals;

Repository open(const GitRepository& repository) {
    auto opened = Repository::open(repository.path());
    INFO((opened ? "" : opened.error().message));
    REQUIRE(opened);
    return std::move(*opened);
}

TEST_CASE("an empty repository opens and has no refs and no default branch") {
    const GitRepository real;
    const auto repository = open(real);
    CHECK(repository.refs().value().empty());
    CHECK_FALSE(repository.default_branch());
    CHECK(repository.ref("refs/heads/main").value() == std::nullopt);
}

TEST_CASE("what is not a bare repository is not opened and is named") {
    const test::TemporaryFolder folder;
    const auto absent = Repository::open(folder / "absent.git");
    REQUIRE_FALSE(absent);
    CHECK(absent.error().code == ErrorCode::not_found);
    CHECK(absent.error().message.find("absent.git") != std::string::npos);

    // A folder inside a repository is not searched upwards.
    const GitRepository real;
    std::filesystem::create_directory(real.path() / "inner");
    const auto inner = Repository::open(real.path() / "inner");
    REQUIRE_FALSE(inner);
    CHECK(inner.error().code == ErrorCode::not_found);
}

TEST_CASE("a sha256 repository is refused with words, not misread") {
    const GitRepository real({"--object-format=sha256"});
    const auto refused = Repository::open(real.path());
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::invalid);
    CHECK(refused.error().message.find("\"sha256\"") != std::string::npos);
}

TEST_CASE("a reftable repository is refused with words") {
    const GitRepository real;
    real.git({"config", "core.repositoryformatversion", "1"});
    std::ofstream(real.path() / "config", std::ios::app) << "[extensions]\nrefstorage = reftable\n";
    const auto refused = Repository::open(real.path());
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::invalid);
    CHECK(refused.error().message.find("\"reftable\"") != std::string::npos);
}

TEST_CASE("a partial clone is refused, extensions that change nothing for us are not") {
    GitRepository real;
    real.commit("main", {{"a", "1"}});
    real.git({"config", "core.repositoryformatversion", "1"});
    real.git({"config", "extensions.objectFormat", "sha1"});
    real.git({"config", "extensions.worktreeConfig", "true"});
    // Git 2.39 itself does not know this one.
    std::ofstream(real.path() / "config", std::ios::app) << "[extensions]\nrefstorage = files\n";
    CHECK(open(real).refs().value().size() == 1);
    std::ofstream(real.path() / "config", std::ios::app) << "[extensions]\npartialClone = x\n";
    const auto refused = Repository::open(real.path());
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::invalid);
    CHECK(refused.error().message.find("\"partialclone\"") != std::string::npos);
}

TEST_CASE("T037 another user's repository is refused with its owner and the way out") {
    if (::geteuid() != 0) {
        WARN("skipped: only root can give a folder away");
        return;
    }
    const GitRepository real;
    REQUIRE(::chown(real.path().c_str(), 12345, 12345) == 0);
    const auto refused = Repository::open(real.path());
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::denied);
    CHECK(refused.error().message.find("user 12345") != std::string::npos);
    CHECK(refused.error().message.find("safe.directory") != std::string::npos);
    CHECK(refused.error().message.find("was not found") == std::string::npos);
}

TEST_CASE("T037 a repository that the system configuration trusts may belong to anybody") {
    if (::geteuid() != 0) {
        WARN("skipped: only root can give a folder away");
        return;
    }
    const GitRepository real;
    REQUIRE(::chown(real.path().c_str(), 12345, 12345) == 0);
    const auto system = real.folder() / "gitconfig";
    const auto allowed = [&](const std::vector<std::string>& values) {
        std::string text = "[safe]\n";
        for (const auto& value : values) {
            text += "directory = " + value + "\n";
        }
        std::ofstream(system) << text;
        return check_owner(real.path(), system).has_value();
    };
    const auto path = std::filesystem::canonical(real.path()).string();
    const auto folder = std::filesystem::canonical(real.folder()).string();
    CHECK(allowed({path}));
    CHECK(allowed({path + "/"}));
    CHECK(allowed({"*"}));
    CHECK(allowed({folder + "/*"}));
    CHECK(allowed({"/elsewhere", path}));
    CHECK(allowed({"\"\"", path}));
    CHECK_FALSE(allowed({}));
    CHECK_FALSE(allowed({path, "\"\""}));
    CHECK_FALSE(allowed({"/elsewhere", folder, path + "x", path + "/*"}));
    CHECK_FALSE(allowed({"/elsewhere/*"}));
    CHECK_FALSE(check_owner(real.path(), real.folder() / "absent"));
    CHECK_FALSE(check_owner(real.path(), ""));
}

TEST_CASE("T033 refs of any bytes and any namespace are read, packed or not") {
    GitRepository real;
    const auto first = real.commit("main", {{"a", "1"}});
    const std::vector<std::string> odd{"refs/heads/\xff\xfe",    "refs/heads/$(touch${IFS}x)",
                                       "refs/heads/-x",          "refs/heads/--upload-pack=touch",
                                       "refs/notes/commits",     "refs/changes/01/1/1",
                                       "refs/heads/`id`;&|<>\"'"};
    std::string commands;
    for (const auto& name : odd) {
        commands += "create " + name + '\0' + first.text() + '\0';
    }
    real.git({"update-ref", "-z", "--stdin"}, commands);
    const auto check = [&] {
        const auto repository = open(real);
        for (const auto& name : odd) {
            CAPTURE(name);
            CHECK(repository.ref(name).value() == first);
        }
        CHECK(repository.refs().value().size() == odd.size() + 1);
    };
    check();
    real.git({"pack-refs", "--all"});
    check();
    const auto second = real.commit("main", {{"a", "2"}});
    CHECK(open(real).ref("refs/heads/main").value() == second);
}

TEST_CASE("3000 refs are all listed, sorted, packed and loose ones mixed") {
    GitRepository real;
    const auto first = real.commit("main", {{"a", "1"}});
    const auto create = [&](int from, int to) {
        std::string commands;
        for (int i = from; i < to; ++i) {
            commands += "create refs/heads/b" + std::to_string(i) + " " + first.text() + "\n";
        }
        real.git({"update-ref", "--stdin"}, commands);
    };
    create(0, 2900);
    real.git({"pack-refs", "--all"});
    create(2900, 2999);
    const auto second = real.commit("b7", {{"a", "2"}});
    const auto refs = open(real).refs().value();
    REQUIRE(refs.size() == 3000);
    CHECK(std::is_sorted(refs.begin(), refs.end(),
                         [](const auto& a, const auto& b) { return a.name < b.name; }));
    CHECK(std::count_if(refs.begin(), refs.end(),
                        [&](const auto& ref) { return ref.id == second; }) == 1);
}

TEST_CASE("names that are no refs are simply not there") {
    GitRepository real;
    real.commit("main", {{"a", "1"}});
    const auto repository = open(real);
    for (const auto& name : {"refs/heads/../main"s, "refs/heads/a b"s, ""s, "refs/heads/"s,
                             "refs/heads/main\0x"s, "refs/heads/main.lock"s, "../config"s}) {
        CAPTURE(name);
        CHECK(repository.ref(name).value() == std::nullopt);
    }
}

TEST_CASE("the default branch is what HEAD names, unless unborn or detached") {
    GitRepository real;
    const auto first = real.commit("trunk", {{"a", "1"}});
    CHECK_FALSE(open(real).default_branch());
    real.git({"symbolic-ref", "HEAD", "refs/heads/trunk"});
    CHECK(open(real).default_branch() == "refs/heads/trunk");
    real.git({"update-ref", "--no-deref", "HEAD", first.text()});
    CHECK_FALSE(open(real).default_branch());
}

TEST_CASE("symbolic refs are followed and dangling ones left out") {
    GitRepository real;
    const auto first = real.commit("main", {{"a", "1"}});
    real.git({"symbolic-ref", "refs/heads/alias", "refs/heads/main"});
    real.git({"symbolic-ref", "refs/heads/dangling", "refs/heads/gone"});
    const auto repository = open(real);
    CHECK(repository.ref("refs/heads/alias").value() == first);
    CHECK(repository.ref("refs/heads/dangling").value() == std::nullopt);
    CHECK(repository.refs().value().size() == 2);
}

TEST_CASE("tags are peeled to their commit through any number of tags") {
    GitRepository real;
    const auto first = real.commit("main", {{"a", "1"}});
    real.git({"tag", "-a", "-m", "one", "one", first.text()});
    real.git({"tag", "-a", "-m", "two", "two", "one"});
    const auto repository = open(real);
    CHECK(repository.peel_to_commit(real.id("refs/tags/two")).value() == first);
    CHECK(repository.peel_to_commit(first).value() == first);

    const auto blob = repository.peel_to_commit(real.id(first.text() + ":a"));
    REQUIRE_FALSE(blob);
    CHECK(blob.error().code == ErrorCode::invalid);
    CHECK(blob.error().message.find("is a blob, not a commit") != std::string::npos);

    const auto absent = repository.peel_to_commit(ObjectId::parse(std::string(40, 'a')).value());
    REQUIRE_FALSE(absent);
    CHECK(absent.error().code == ErrorCode::not_found);

    const auto long_id = repository.peel_to_commit(ObjectId::parse(std::string(64, 'a')).value());
    REQUIRE_FALSE(long_id);
    CHECK(long_id.error().code == ErrorCode::invalid);
}

TEST_CASE("a commit is an ancestor of itself and of what follows, not of what is beside it") {
    GitRepository real;
    const auto first = real.commit("main", {{"a", "1"}});
    const auto second = real.commit("main", {{"a", "2"}});
    const auto beside = real.commit("other", {{"a", "3"}}, {first});
    const auto repository = open(real);
    CHECK(repository.is_ancestor(first, first).value());
    CHECK(repository.is_ancestor(first, second).value());
    CHECK_FALSE(repository.is_ancestor(second, first).value());
    CHECK_FALSE(repository.is_ancestor(second, beside).value());
    CHECK_FALSE(repository.is_ancestor(ObjectId::parse(std::string(40, 'a')).value(), first));
}

TEST_CASE("T047 nothing that a repository configures or brings as a hook is ever run") {
    GitRepository real;
    const auto canary = real.folder() / "canary";
    const auto script = real.folder() / "evil";
    std::ofstream(script) << "#!/bin/sh\ntouch '" << canary.string() << "'\nexec cat\n";
    std::filesystem::permissions(script, std::filesystem::perms::owner_all);
    const auto first =
        real.commit("main", {{"a", "1"}, {".gitattributes", "* filter=evil diff=evil\n"}});
    const auto second = real.commit("main", {{"a", "2"}});
    std::filesystem::create_directories(real.path() / "hooks");
    for (const auto* hook : {"reference-transaction", "post-checkout", "pre-commit", "update"}) {
        std::filesystem::copy_file(script, real.path() / "hooks" / hook);
    }
    for (const auto* key :
         {"core.fsmonitor", "core.sshCommand", "core.pager", "diff.external", "diff.evil.textconv",
          "filter.evil.smudge", "filter.evil.clean", "filter.evil.process", "gpg.program"}) {
        real.git({"config", key, script.string()});
    }
    real.git({"config", "tag.gpgSign", "true"});
    real.git({"config", "core.hooksPath", (real.path() / "hooks").string()});

    const auto repository = open(real);
    const auto workspace = real.folder() / "workspace";
    std::filesystem::create_directory(workspace);
    CHECK(repository.brought("refs/heads/main", first, second));
    CHECK(repository.checkout(second, workspace));
    CHECK(repository.create_tag({"v1", second, "one", "Ann", "ann@acme.test", WallTime{}}));
    CHECK_FALSE(std::filesystem::exists(canary));
    CHECK(read_file(workspace / "a").value() == "2");
    // And git would have run it.
    real.git({"update-ref", "refs/heads/x", first.text()});
    CHECK(std::filesystem::exists(canary));
}

}  // namespace
}  // namespace hookd::git
