#include "handlers/tag.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/git_repository.hpp"
#include "tests/unit/handlers/attempt_bench.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

using namespace hookd;
using namespace hookd::handlers;
using hookd::handlers::test::AttemptBench;
using hookd::test::GitRepository;
using nlohmann::json;

namespace {

struct TagBench {
    handlers::Result run(const ObjectId& commit, const json& settings = json::object()) const {
        Attempt attempt =
            bench.attempt(json{{"settings", settings}, {"shell", {"/bin/sh"}}}.dump());
        attempt.repository_path = repository.path();
        attempt.commit = commit.text();
        return run_tag(attempt);
    }
    [[nodiscard]] std::string tags() const {
        return repository.git({"for-each-ref", "--format=%(refname:strip=2)", "refs/tags"});
    }

    AttemptBench bench;
    GitRepository repository;
};

}  // namespace

TEST_CASE("the first version is the one of the settings, annotated and on the commit") {
    TagBench bench;
    const auto commit = bench.repository.commit("main", {{"a", "1"}});
    const auto result = bench.run(commit);
    REQUIRE(result.state == ActionState::success);
    CHECK(result.outputs.at("tag") == "v0.1.0");
    CHECK(result.outputs.at("version") == "0.1.0");
    CHECK(bench.repository.line({"cat-file", "-t", "refs/tags/v0.1.0"}) == "tag");
    CHECK(bench.repository.id("refs/tags/v0.1.0^{commit}") == commit);
    CHECK(bench.bench.log().find("made the tag v0.1.0") != std::string::npos);

    TagBench other;
    const auto first = other.repository.commit("main", {{"a", "1"}});
    CHECK(other.run(first, {{"first", "1.0.0"}, {"prefix", "release/"}}).outputs.at("tag") ==
          "release/1.0.0");
}

TEST_CASE("the next version follows the highest release with the prefix, wherever it is") {
    TagBench bench;
    auto& real = bench.repository;
    const auto old = real.commit("main", {{"a", "1"}});
    const auto elsewhere = real.commit("stable", {{"a", "2"}});
    const auto commit = real.commit("main", {{"a", "3"}});
    for (const auto* name : {"v1.2.9", "v1.10.0-rc.1", "v2.0.0-rc.1", "1.99.0", "vnext", "v1.99",
                             "api-v7.0.0", "v01.50.0"}) {
        real.git({"tag", name, old.text()});
    }
    real.git({"tag", "-a", "-m", "x", "v1.2.10", elsewhere.text()});
    real.git({"pack-refs", "--all"});
    std::string expected;
    json settings = json::object();
    SECTION("patch is what it is without a word") {
        expected = "v1.2.11";
    }
    SECTION("minor") {
        settings = {{"bump", "minor"}};
        expected = "v1.3.0";
    }
    SECTION("major") {
        settings = {{"bump", "major"}};
        expected = "v2.0.0";
    }
    SECTION("another prefix is another series") {
        settings = {{"prefix", "api-v"}};
        expected = "api-v7.0.1";
    }
    SECTION("an empty prefix too") {
        settings = {{"prefix", ""}};
        expected = "1.99.1";
    }
    const auto result = bench.run(commit, settings);
    CHECK(result.reason.empty());
    REQUIRE(result.state == ActionState::success);
    CHECK(result.outputs.at("tag") == expected);
    CHECK(real.id("refs/tags/" + expected + "^{commit}") == commit);
}

TEST_CASE("T044 an attempt that is repeated finds its tag and adds none") {
    TagBench bench;
    const auto first = bench.repository.commit("main", {{"a", "1"}});
    const auto second = bench.repository.commit("main", {{"a", "2"}});
    CHECK(bench.run(first).outputs.at("tag") == "v0.1.0");
    CHECK(bench.run(second).outputs.at("tag") == "v0.1.1");
    const auto before = bench.repository.git({"for-each-ref"});
    CHECK(bench.run(first).outputs.at("tag") == "v0.1.0");
    const auto again = bench.run(second);
    CHECK(again.state == ActionState::success);
    CHECK(again.outputs.at("version") == "0.1.1");
    CHECK(bench.repository.git({"for-each-ref"}) == before);
    CHECK(bench.bench.log().find("already") != std::string::npos);
}

TEST_CASE("a pre-release on the commit is no reason not to release it") {
    TagBench bench;
    const auto commit = bench.repository.commit("main", {{"a", "1"}});
    bench.repository.git({"tag", "v1.0.0-rc.1", commit.text()});
    CHECK(bench.run(commit, {{"first", "1.0.0"}}).outputs.at("tag") == "v1.0.0");
}

TEST_CASE("T044 attempts at once take different versions for different commits") {
    TagBench bench;
    std::vector<ObjectId> commits;
    for (int i = 0; i < 4; ++i) {
        commits.push_back(bench.repository.commit("main", {{"a", std::to_string(i)}}));
    }
    std::vector<handlers::Result> results(commits.size());
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < commits.size(); ++i) {
        threads.emplace_back([&, i] { results[i] = bench.run(commits[i]); });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    std::set<std::string> tags;
    for (std::size_t i = 0; i < commits.size(); ++i) {
        CAPTURE(results[i].reason);
        REQUIRE(results[i].state == ActionState::success);
        tags.insert(results[i].outputs.at("tag"));
        CHECK(bench.repository.id("refs/tags/" + results[i].outputs.at("tag") + "^{commit}") ==
              commits[i]);
    }
    CHECK(tags == std::set<std::string>{"v0.1.0", "v0.1.1", "v0.1.2", "v0.1.3"});
}

TEST_CASE("T044 attempts at once for one commit make one tag") {
    TagBench bench;
    const auto commit = bench.repository.commit("main", {{"a", "1"}});
    std::vector<handlers::Result> results(4);
    std::vector<std::thread> threads;
    for (auto& result : results) {
        threads.emplace_back([&] { result = bench.run(commit); });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    for (const auto& result : results) {
        CHECK(result.outputs == results[0].outputs);
    }
    CHECK(bench.tags() == "v0.1.0\n");
}

TEST_CASE("a version whose name is taken by what is no version ends in words, not for ever") {
    TagBench bench;
    const auto commit = bench.repository.commit("main", {{"a", "1"}});
    bench.repository.git({"tag", "v0.1.0", commit.text() + ":a"});
    const auto result = bench.run(commit);
    CHECK(result.state == ActionState::failure);
    CHECK(result.reason.find("in its way") != std::string::npos);
    CHECK(bench.tags() == "v0.1.0\n");
}

TEST_CASE("wrong settings, and what is not there, are errors that say so") {
    TagBench bench;
    const auto commit = bench.repository.commit("main", {{"a", "1"}});
    const auto check = [&](const json& settings, const std::string& word) {
        CAPTURE(settings.dump());
        const auto result = bench.run(commit, settings);
        CHECK(result.state == ActionState::error);
        CHECK(result.reason.find(word) != std::string::npos);
        CHECK(result.outputs.empty());
    };
    check({{"scheme", "calver"}}, "\"calver\"");
    check({{"bump", "huge"}}, "\"huge\"");
    check({{"bump", 1}}, "\"bump\"");
    check({{"first", "v1"}}, "\"v1\"");
    check({{"prefix", "a b"}}, "no name that git allows");
    check({{"prefix", "--x"}}, "no name that git allows");
    check(json::array(), "no object");
    CHECK(bench.run(ObjectId::parse(std::string(40, 'a')).value()).state == ActionState::error);
    CHECK(bench.tags().empty());

    auto attempt =
        bench.bench.attempt(json{{"settings", json::object()}, {"shell", {"sh"}}}.dump());
    const auto nowhere = run_tag(attempt);
    CHECK(nowhere.state == ActionState::error);
    CHECK(nowhere.reason.find("not on this machine") != std::string::npos);
}

TEST_CASE("a tag is not made after a cancel") {
    TagBench bench;
    const auto commit = bench.repository.commit("main", {{"a", "1"}});
    bench.bench.cancel.request("ann canceled it");
    const auto result = bench.run(commit);
    CHECK(result.state == ActionState::canceled);
    CHECK(result.reason == "ann canceled it");
    CHECK(bench.tags().empty());
}
