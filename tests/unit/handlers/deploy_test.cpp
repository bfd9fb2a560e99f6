#include "handlers/deploy.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"
#include "tests/unit/handlers/attempt_bench.hpp"

#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <thread>

using namespace hookd;
using namespace hookd::handlers;
using hookd::handlers::test::AttemptBench;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

struct DeployBench {
    DeployBench() { write("index", "one"); }

    void write(const std::string& path, const std::string& content) const {
        const auto file = bench.folder / "workspace" / path;
        fs::create_directories(file.parent_path());
        std::ofstream(file) << content;
    }
    [[nodiscard]] Attempt attempt(json settings) const {
        json complete = {{"environment", "production"}, {"to", {{"path", target.string()}}}};
        complete.update(settings);
        auto made =
            bench.attempt(json{{"settings", complete}, {"shell", {"/bin/sh", "-eu"}}}.dump());
        made.commit = "59b20b8d5c6ff8d09518454d4dd8b7b30f095ab5";
        return made;
    }
    [[nodiscard]] handlers::Result run(const json& settings = json::object()) const {
        return run_deploy(attempt(settings));
    }
    [[nodiscard]] std::string live() const {
        const auto content = read_file(target / "current/index");
        return content ? *content : "nothing";
    }
    /// Names of releases, marks and leftovers alike.
    [[nodiscard]] std::size_t entries() const {
        return static_cast<std::size_t>(
            std::distance(fs::directory_iterator(target / "releases"), fs::directory_iterator()));
    }

    AttemptBench bench;
    fs::path target = bench.folder / "srv/shop";
};

const json k_no = {{"run", "exit 1"}, {"within", "100ms"}};
const json k_yes = {{"run", {"true"}}, {"within", "30s"}};

}  // namespace

TEST_CASE("a deploy builds, copies, switches and says what it did") {
    const DeployBench bench;
    const auto result = bench.run({{"build",
                                    "mkdir dist; echo -n built > dist/index; "
                                    "echo $HOOKD_ENVIRONMENT > dist/where"},
                                   {"from", "dist"}});
    CHECK(result.reason.empty());
    REQUIRE(result.state == ActionState::success);
    CHECK(bench.live() == "built");
    CHECK(read_file(bench.target / "current/where").value() == "production\n");
    REQUIRE(result.release);
    CHECK(result.release->environment == "production");
    CHECK(result.release->target == bench.target.string());
    CHECK(result.release->state == "live");
    CHECK(result.release->name.ends_with("Z-59b20b8d5c6f"));
    CHECK(fs::read_symlink(bench.target / "current") == "releases/" + result.release->name);
    CHECK(result.outputs.at("release") == result.release->name);
    CHECK(result.outputs.at("path") == (bench.target / "releases" / result.release->name).string());
    CHECK(bench.bench.log().find("switched") != std::string::npos);
    CHECK(bench.entries() == 1);
}

TEST_CASE("a build that fails deploys nothing") {
    const DeployBench bench;
    REQUIRE(bench.run().state == ActionState::success);
    bench.write("index", "two");
    const auto result = bench.run({{"build", "exit 3"}});
    CHECK(result.state == ActionState::failure);
    CHECK(result.exit_code == 3);
    CHECK(result.reason == "the build ended with exit status 3: nothing was deployed");
    CHECK_FALSE(result.release);
    CHECK(bench.live() == "one");
    CHECK(bench.entries() == 1);
}

TEST_CASE("a check that says no rolls back to the release before and removes the new one") {
    const DeployBench bench;
    const auto good = bench.run({{"check", k_yes}});
    REQUIRE(good.state == ActionState::success);
    bench.write("index", "two");
    const auto bad = bench.run({{"check", k_no}});
    CHECK(bad.state == ActionState::failure);
    CHECK(bad.reason.find("rolled back, live is " + good.release->name) != std::string::npos);
    REQUIRE(bad.release);
    CHECK(bad.release->state == "rolled_back");
    CHECK(bad.release->name != good.release->name);
    CHECK(bad.outputs.empty());
    CHECK(bench.live() == "one");
    CHECK(bench.entries() == 1);
}

TEST_CASE("a first release whose check says no leaves nothing live and says so") {
    const DeployBench bench;
    const auto bad = bench.run({{"check", k_no}});
    CHECK(bad.state == ActionState::failure);
    CHECK(bad.reason.find("nothing is live") != std::string::npos);
    CHECK(bad.release->state == "rolled_back");
    CHECK_FALSE(fs::exists(fs::symlink_status(bench.target / "current")));
    CHECK(bench.entries() == 0);
}

TEST_CASE("on_check_failure keep leaves the new release live, and it never counts") {
    const DeployBench bench;
    const auto first = bench.run();
    bench.write("index", "two");
    const auto bad = bench.run({{"check", k_no}, {"on_check_failure", "keep"}});
    CHECK(bad.state == ActionState::failure);
    CHECK(bad.reason.find("stays live") != std::string::npos);
    CHECK(bad.release->state == "failed");
    CHECK(bench.live() == "two");

    SECTION("the next rollback goes past it to the one that worked") {
        bench.write("index", "three");
        const auto worse = bench.run({{"check", k_no}});
        CHECK(worse.reason.find("live is " + first.release->name) != std::string::npos);
        CHECK(bench.live() == "one");
    }
    SECTION("the next success removes it and keeps the one that worked") {
        bench.write("index", "three");
        REQUIRE(bench.run({{"keep", 2}}).state == ActionState::success);
        CHECK(bench.live() == "three");
        CHECK_FALSE(fs::exists(bench.target / "releases" / bad.release->name));
        CHECK(fs::exists(bench.target / "releases" / first.release->name));
        CHECK(bench.entries() == 2);
    }
}

TEST_CASE("a check is asked again until it says yes, in the release, with its names") {
    const DeployBench bench;
    const auto first = bench.run();
    const auto result =
        bench.run({{"check",
                    {{"run",
                      "echo \"asked $HOOKD_RELEASE $HOOKD_PREVIOUS_RELEASE $HOOKD_ENVIRONMENT\"\n"
                      "test \"$(pwd -P)\" = \"$(cd \"$HOOKD_RELEASE_PATH\"; pwd -P)\"\n"
                      "cat index\n"
                      "echo x >> ../../tries\n"
                      "test $(wc -l < ../../tries) = 3"},
                     {"within", "60s"}}}});
    CHECK(result.reason.empty());
    REQUIRE(result.state == ActionState::success);
    CHECK(result.exit_code == 0);
    const auto log = bench.bench.log();
    CHECK(log.find("asked " + result.release->name + " " + first.release->name + " production") !=
          std::string::npos);
    CHECK(log.find("asking again") != std::string::npos);
}

TEST_CASE("the exit status of a check that never says yes is the action's") {
    const DeployBench bench;
    const auto result = bench.run({{"check", {{"run", "exit 4"}, {"within", "2s"}}}});
    CHECK(result.state == ActionState::failure);
    CHECK(result.reason.find("failed: exit status 4") != std::string::npos);
    CHECK(result.exit_code == 4);
}

TEST_CASE("a check that hangs is ended and counts as no") {
    const DeployBench bench;
    const auto result = bench.run({{"check", {{"run", "sleep 600"}, {"within", "300ms"}}}});
    CHECK(result.state == ActionState::failure);
    CHECK(result.reason.find("timed out after 300ms") != std::string::npos);
    CHECK(bench.live() == "nothing");
}

TEST_CASE("the attempt's timeout holds for all steps together") {
    DeployBench bench;
    REQUIRE(bench.run().state == ActionState::success);
    bench.write("index", "two");
    // Time stands still but for the programs: no step before them takes any of it.
    const ManualClock still;
    bench.bench.now = &still;
    bench.bench.timeout = Milliseconds(300);
    SECTION("in the build: nothing was deployed") {
        const auto result = bench.run({{"build", "sleep 600"}});
        CHECK(result.state == ActionState::timeout);
        CHECK(result.reason.find("nothing was deployed") != std::string::npos);
        CHECK_FALSE(result.release);
    }
    SECTION("in the check: rolled back") {
        const auto result = bench.run({{"check", {{"run", "sleep 600"}, {"within", "600s"}}}});
        CHECK(result.state == ActionState::timeout);
        CHECK(result.reason.find("rolled back") != std::string::npos);
    }
    CHECK(bench.live() == "one");
    CHECK(bench.entries() == 1);
}

TEST_CASE("a cancel in the check rolls back") {
    const DeployBench bench;
    REQUIRE(bench.run().state == ActionState::success);
    bench.write("index", "two");
    std::thread person([&bench] {
        CHECK(hookd::test::eventually([&bench] { return bench.live() == "two"; }));
        bench.bench.cancel.request("ann canceled it");
    });
    const auto result = bench.run({{"check", {{"run", "exit 1"}, {"within", "600s"}}}});
    person.join();
    CHECK(result.state == ActionState::canceled);
    CHECK(result.reason.find("ann canceled it") != std::string::npos);
    CHECK(result.reason.find("rolled back") != std::string::npos);
    CHECK(bench.live() == "one");
    CHECK(bench.entries() == 1);
}

TEST_CASE("a cancel before the switch leaves everything as it was") {
    const DeployBench bench;
    bench.bench.cancel.request("ann canceled it");
    const auto result = bench.run();
    CHECK(result.state == ActionState::canceled);
    CHECK(bench.live() == "nothing");
    CHECK(bench.entries() == 0);
}

TEST_CASE("only the newest releases are kept, and always the one before the live one") {
    const DeployBench bench;
    std::vector<std::string> names;
    for (int i = 0; i < 5; ++i) {
        bench.write("index", std::to_string(i));
        const auto result = bench.run({{"keep", 1}});
        REQUIRE(result.state == ActionState::success);
        names.push_back(result.release->name);
    }
    CHECK(bench.live() == "4");
    CHECK(bench.entries() == 2);
    CHECK(fs::exists(bench.target / "releases" / names[3]));
    // Failures remove none of them.
    for (int i = 0; i < 3; ++i) {
        CHECK(bench.run({{"keep", 1}, {"check", k_no}}).state == ActionState::failure);
    }
    CHECK(bench.live() == "4");
    CHECK(bench.entries() == 2);
}

TEST_CASE("T084 what a deploy that died left behind neither stops nor joins the next one") {
    const DeployBench bench;
    const auto first = bench.run();
    REQUIRE(first.state == ActionState::success);
    // Died within the copy, and another one between the switch and its check.
    fs::create_directories(bench.target / "releases/.incoming-01ABC/index");
    const std::string died = "20200101T000000Z-bbbbbbbbbbbb";
    fs::create_directory(bench.target / "releases" / died);
    std::ofstream(bench.target / "releases" / died / "index") << "died";
    std::ofstream(bench.target / "releases" / (".unproven-" + died)) << "";
    fs::remove(bench.target / "current");
    fs::create_symlink("releases/" + died, bench.target / "current");

    const auto bad = bench.run({{"check", k_no}});
    CHECK(bad.reason.find("live is " + first.release->name) != std::string::npos);
    CHECK(bench.live() == "one");
    REQUIRE(bench.run({{"check", k_yes}}).state == ActionState::success);
    CHECK_FALSE(fs::exists(bench.target / "releases" / died));
    CHECK(bench.entries() == 2);
}

TEST_CASE("T048 links in the tree stay links, and the folder that is deployed may not be one") {
    const DeployBench bench;
    const auto outside = bench.bench.folder / "outside";
    fs::create_directory(outside);
    std::ofstream(outside / "secret") << "secret";
    const auto workspace = bench.bench.folder / "workspace";
    fs::create_symlink(outside, workspace / "out");
    fs::create_symlink("../../../../outside/secret", workspace / "up");
    const auto result = bench.run();
    REQUIRE(result.state == ActionState::success);
    CHECK(fs::read_symlink(bench.target / "current/out") == outside);
    CHECK(fs::is_symlink(fs::symlink_status(bench.target / "current/up")));

    const auto refused = bench.run({{"from", "out"}});
    CHECK(refused.state == ActionState::error);
    CHECK(refused.reason.find("a file or a link") != std::string::npos);
    const auto absent = bench.run({{"from", "dist"}});
    CHECK(absent.state == ActionState::error);
    CHECK(absent.reason.find("\"dist\"") != std::string::npos);
    CHECK(bench.live() == "one");
    CHECK(bench.entries() == 1);
}

TEST_CASE("a current that is a folder is refused before anything is built") {
    const DeployBench bench;
    fs::create_directories(bench.target / "current");
    const auto result = bench.run({{"build", "touch built"}});
    CHECK(result.state == ActionState::error);
    CHECK(result.reason.find("is no link") != std::string::npos);
    CHECK_FALSE(fs::exists(bench.bench.folder / "workspace/built"));
}

TEST_CASE("wrong settings of a deploy are errors that name the key") {
    const DeployBench bench;
    const auto check = [&bench](const json& settings, const std::string& word) {
        CAPTURE(settings.dump());
        const auto result = bench.run(settings);
        CHECK(result.state == ActionState::error);
        CHECK(result.reason.find(word) != std::string::npos);
    };
    check({{"environment", ""}}, "\"environment\"");
    check({{"to", {{"path", "relative"}}}}, "\"to\"");
    check({{"to", {{"path", "/"}}}}, "\"to\"");
    check({{"to", "/srv"}}, "\"to\"");
    check({{"keep", 0}}, "\"keep\"");
    check({{"keep", "5"}}, "\"keep\"");
    check({{"check", {{"within", "3s"}}}}, "\"check\"");
    check({{"check", {{"run", "true"}, {"within", "3"}}}}, "within");
    check({{"on_check_failure", "shrug"}}, "\"on_check_failure\"");
    check({{"build", json::array()}}, "build");
    check({{"from", ".."}}, "\"..\"");
    check({{"from", "/etc"}}, "\"/etc\"");
    auto nothing = bench.attempt(json::object());
    nothing.commit = "";
    CHECK(run_deploy(nothing).state == ActionState::error);
}
