#include "core/git/repository.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/git_repository.hpp"

#include <algorithm>
#include <fstream>
#include <thread>

namespace hookd::git {
namespace {

using test::GitRepository;
using namespace std::string_literals;

Repository open(const GitRepository& repository) {
    auto opened = Repository::open(repository.path());
    REQUIRE(opened);
    return std::move(*opened);
}

TagRequest request(const std::string& name, const ObjectId& target) {
    return {name,        target,          "release " + name + "\n",
            "hookd bot", "bot@acme.test", WallTime(std::chrono::milliseconds(1'760'000'000'250))};
}

TEST_CASE("an annotated tag is made as git makes one") {
    GitRepository real;
    const auto commit = real.commit("main", {{"a", "1"}});
    REQUIRE(open(real).create_tag(request("v1.2.0", commit)));
    CHECK(real.git({"cat-file", "-p", "refs/tags/v1.2.0"}) ==
          "object " + commit.text() +
              "\ntype commit\ntag v1.2.0\ntagger hookd bot <bot@acme.test> 1760000000 +0000\n\n"
              "release v1.2.0\n");
    CHECK_NOTHROW(real.git({"fsck", "--strict"}));
    CHECK(real.line({"describe", "main"}) == "v1.2.0");
}

TEST_CASE("T044 the same tag on the same commit is success and adds nothing") {
    GitRepository real;
    const auto first = real.commit("main", {{"a", "1"}});
    const auto second = real.commit("main", {{"a", "2"}});
    const auto repository = open(real);
    REQUIRE(repository.create_tag(request("v1", first)));
    const auto made = real.id("refs/tags/v1");
    CHECK(repository.create_tag(request("v1", first)));
    CHECK(real.id("refs/tags/v1") == made);

    const auto moved = repository.create_tag(request("v1", second));
    REQUIRE_FALSE(moved);
    CHECK(moved.error().code == ErrorCode::exists);
    CHECK(moved.error().message.find(first.text()) != std::string::npos);
    CHECK(real.id("refs/tags/v1") == made);

    // A light one, packed, that a person made.
    real.git({"tag", "light", second.text()});
    real.git({"pack-refs", "--all"});
    CHECK(open(real).create_tag(request("light", second)));
    CHECK(open(real).create_tag(request("light", first)).error().code == ErrorCode::exists);
    CHECK(real.id("refs/tags/light") == second);
}

TEST_CASE("T044 of many that create one tag at once on different commits one succeeds") {
    for (int round = 0; round < 10; ++round) {
        GitRepository real;
        std::vector<ObjectId> commits;
        for (int i = 0; i < 4; ++i) {
            commits.push_back(real.commit("main", {{"a", std::to_string(i)}}));
        }
        std::vector<Status> results(commits.size());
        std::vector<std::thread> threads;
        for (std::size_t i = 0; i < commits.size(); ++i) {
            threads.emplace_back([&, i] {
                auto repository = Repository::open(real.path());
                results[i] = repository ? repository->create_tag(request("v1", commits[i]))
                                        : fail(repository.error());
            });
        }
        for (auto& thread : threads) {
            thread.join();
        }
        REQUIRE(std::count_if(results.begin(), results.end(),
                              [](const Status& status) { return status.has_value(); }) == 1);
        for (std::size_t i = 0; i < commits.size(); ++i) {
            if (results[i]) {
                CHECK(real.id("refs/tags/v1^{commit}") == commits[i]);
            } else {
                CAPTURE(results[i].error().message);
                CHECK(results[i].error().code == ErrorCode::exists);
            }
        }
    }
}

TEST_CASE("T025 T044 names that are no tag names are refused before anything is written") {
    GitRepository real;
    const auto commit = real.commit("main", {{"a", "1"}});
    const auto repository = open(real);
    for (const auto& name :
         {""s,   "-d"s,   "--output=x"s, "a..b"s,  "a b"s,  "a~1"s,  "a^"s,          "a:b"s,
          "a?"s, "a*"s,   "a["s,         "a\\b"s,  ".a"s,   "a/.b"s, "a.lock"s,      "a/"s,
          "/a"s, "a//b"s, "a@{b"s,       "a\x01"s, "a\0b"s, "a."s,   "../../config"s}) {
        CAPTURE(name);
        const auto refused = repository.create_tag(request(name, commit));
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == ErrorCode::invalid);
    }
    CHECK(real.git({"for-each-ref", "refs/tags"}).empty());
    CHECK(repository.create_tag(request("release/\xff$(x)", commit)));
}

TEST_CASE("a tag is not made in the place of a folder of tags, loose or packed") {
    GitRepository real;
    const auto commit = real.commit("main", {{"a", "1"}});
    real.git({"tag", "v1", commit.text()});
    real.git({"tag", "deep/er/v1", commit.text()});
    const auto check = [&] {
        const auto repository = open(real);
        for (const auto* name : {"v1/x", "deep", "deep/er"}) {
            CAPTURE(name);
            const auto refused = repository.create_tag(request(name, commit));
            REQUIRE_FALSE(refused);
            CHECK(refused.error().code == ErrorCode::exists);
        }
    };
    check();
    real.git({"pack-refs", "--all"});
    check();
    CHECK(real.git({"for-each-ref", "--format=%(refname)", "refs/tags"}) ==
          "refs/tags/deep/er/v1\nrefs/tags/v1\n");
}

TEST_CASE("a tag whose lock another program holds is not made, and later it is") {
    GitRepository real;
    const auto commit = real.commit("main", {{"a", "1"}});
    const auto lock = real.path() / "refs/tags/v1.lock";
    std::ofstream(lock) << "";
    const auto refused = open(real).create_tag(request("v1", commit));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::unavailable);
    std::filesystem::remove(lock);
    CHECK(open(real).create_tag(request("v1", commit)));
    CHECK_FALSE(std::filesystem::exists(lock));
}

TEST_CASE("a tag needs a commit that is there and a tagger with a name") {
    GitRepository real;
    const auto commit = real.commit("main", {{"a", "1"}});
    const auto repository = open(real);
    const auto absent =
        repository.create_tag(request("v1", ObjectId::parse(std::string(40, 'a')).value()));
    REQUIRE_FALSE(absent);
    CHECK(absent.error().code == ErrorCode::not_found);
    auto nameless = request("v1", commit);
    nameless.tagger_name = "";
    CHECK(repository.create_tag(nameless).error().code == ErrorCode::invalid);
    CHECK(real.git({"for-each-ref", "refs/tags"}).empty());
}

TEST_CASE("tags are listed with the commits behind them, others left out") {
    GitRepository real;
    const auto first = real.commit("main", {{"a", "1"}});
    const auto second = real.commit("main", {{"a", "2"}});
    real.git({"tag", "light", first.text()});
    real.git({"tag", "-a", "-m", "x", "annotated", second.text()});
    real.git({"tag", "-a", "-m", "x", "nested", "annotated"});
    real.git({"tag", "blob", first.text() + ":a"});
    real.git({"tag", "-a", "-m", "x", "tree", first.text() + "^{tree}"});
    real.git({"pack-refs", "--all"});
    real.git({"tag", "z/late", second.text()});
    const auto tags = open(real).tags().value();
    REQUIRE(tags.size() == 4);
    CHECK(tags[0].name == "annotated");
    CHECK(tags[0].target == second);
    CHECK(tags[1].name == "light");
    CHECK(tags[1].target == first);
    CHECK(tags[2].name == "nested");
    CHECK(tags[2].target == second);
    CHECK(tags[3].name == "z/late");
}

}  // namespace
}  // namespace hookd::git
