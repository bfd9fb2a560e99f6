#include "core/base/file.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/daemon.hpp"

namespace hookd {
namespace {

using Json = nlohmann::json;

const std::string k_hello = R"(repository: Codertocat/Hello-World
webhook: {provider: github, secret: {file: ../secrets/hello}}
rules:
  - name: greet
    on: {push: {branches: [master], paths: ["src/**"]}}
    actions:
      - {name: hello, workspace: none, run: "true"}
      - {name: later, needs: [hello], workspace: none, run: "true"}
  - name: other
    on: {push: {branches: [release], paths: ["src/**"]}, tag: {}}
    actions:
      - {name: never, workspace: none, run: "true"}
)";

/// What `hookctl explain` prints, and its exit status.
std::pair<int, std::string> explain(const test::Daemon& daemon, std::vector<std::string> arguments,
                                    bool json = false) {
    const auto output = daemon.folder() / "output";
    std::filesystem::remove(output);
    std::vector<std::string> command = {std::string(HOOKD_BIN_DIR) + "/hookctl", "--config",
                                        daemon.server_file().string()};
    if (json) {
        command.emplace_back("--json");
    }
    command.emplace_back("explain");
    command.insert(command.end(), arguments.begin(), arguments.end());
    const int status = test::run_program(command, output);
    return {status, read_file(output).value_or("")};
}

std::string payload(const std::string& name) {
    return std::string(HOOKD_TEST_DATA) + "/payloads/github/" + name;
}

const std::string k_made_up =
    "Codertocat/Hello-World: push updated refs/heads/master\n"
    "  rule greet: starts 2 actions\n"
    "    yes  on.push.branches  saw master\n"
    "    yes  on.push.paths     saw src/a.c\n"
    "    action hello (run)\n"
    "    action later (run), after hello (success)\n"
    "  rule other: starts nothing, because of on.push.branches\n"
    "    no   on.push.branches  saw master\n"
    "    yes  on.push.paths     saw src/a.c\n"
    "    no   on.tag            saw push\n";

TEST_CASE("hookctl explain says clause by clause what a push would start, and starts nothing") {
    test::Daemon daemon;
    daemon.add_secret("hello", "0123456789abcdef-secret");
    daemon.add_repository("hello", k_hello);
    const std::vector<std::string> made_up = {
        "--repo", "Codertocat/Hello-World", "--ref", "master", "--path", "src/a.c"};
    auto offline = made_up;
    offline.emplace_back("--offline");
    CHECK(explain(daemon, offline) == std::pair(0, k_made_up));
    CHECK(explain(daemon, made_up).first == 3);

    daemon.start();
    CHECK(explain(daemon, made_up) == std::pair(0, k_made_up));

    const std::vector<std::string> recorded = {"--provider", "github", "--event", "push",
                                               payload("push.json")};
    const auto [status, text] = explain(daemon, recorded, true);
    INFO(text);
    CHECK(status == 0);
    const Json answer = Json::parse(text);
    CHECK(answer["delivery"].is_null());
    REQUIRE(answer["events"].size() == 1);
    CHECK(answer["events"][0]["has_file"] == true);
    CHECK(answer["events"][0]["rules"][0]["rule"] == "greet");

    CHECK(daemon.list("events").empty());
    CHECK(daemon.list("runs").empty());
    CHECK(daemon.stop() == 0);
}

TEST_CASE("hookctl explain says of a stored event what was decided when it came") {
    test::Daemon daemon;
    daemon.add_secret("hello", "0123456789abcdef-secret");
    daemon.add_repository("hello", k_hello);
    daemon.start();
    REQUIRE(test::run_program(
                {std::string(HOOKD_BIN_DIR) + "/hookctl", "send", "--provider", "github", "--event",
                 "push", "--secret-file", (daemon.folder() / "etc/secrets/hello").string(),
                 payload("push.json"), daemon.url("/hooks/github/Codertocat/Hello-World")}) == 0);
    const auto event = daemon.list("events").at(0).at("id").get<std::string>();
    const auto runs = daemon.list("runs").size();
    const auto [status, text] = explain(daemon, {"--event", event}, true);
    INFO(text);
    REQUIRE(status == 0);
    const Json answer = Json::parse(text);
    const Json decisions = daemon.get("/api/v1/events/" + event + "/decisions").at("decisions");
    const Json& rules = answer["events"][0]["rules"];
    REQUIRE(rules.size() == decisions.size());
    for (std::size_t i = 0; i < rules.size(); ++i) {
        for (const char* part : {"rule", "matched", "clause", "seen"}) {
            CHECK(rules[i][part] == decisions[i][part]);
        }
        CHECK_FALSE(rules[i]["clauses"].empty());
    }
    CHECK(daemon.list("runs").size() == runs);
    CHECK(explain(daemon, {"--event", "01JDA0V5T1M3W9T7C1N6Z4Q8RB"}).first == 1);
    CHECK(explain(daemon, {"--delivery", "01JDA0V5T1M3W9T7C1N6Z4Q8RB"}).first == 1);
    CHECK(daemon.stop() == 0);
}

TEST_CASE("hookctl explain says why a payload would be refused, and what it must be given") {
    test::Daemon daemon;
    daemon.add_secret("hello", "0123456789abcdef-secret");
    daemon.add_repository("hello", k_hello);
    const auto broken = daemon.folder() / "broken.json";
    test::write_text(broken, "{\"ref\": 1");
    const auto [status, text] =
        explain(daemon, {"--offline", "--provider", "github", "--event", "push", broken.string()});
    CHECK(status == 1);
    CHECK(text.starts_with("delivery refused, answered 400: "));

    CHECK(explain(daemon, {"--repo", "a/b", "--ref", "main", "--path", "x", "--offline"}) ==
          std::pair(0, std::string("a/b: push updated refs/heads/main\n"
                                   "  no rule looks at it: its repository has no file\n")));
    using Arguments = std::vector<std::string>;
    for (const Arguments& wrong :
         {Arguments{}, Arguments{"--event", "x", "--delivery", "y"}, Arguments{"--repo", "a/b"},
          Arguments{"--provider", "github", "--event", "push"},
          Arguments{"--provider", "none", "--event", "push", broken.string()},
          Arguments{"--repo", "a/b", "--ref", "a..b"},
          Arguments{"--repo", "a/b", "--ref", "main", "--old", "abc"},
          Arguments{"--offline", "--event", "01JDA0V5T1M3W9T7C1N6Z4Q8RB"}}) {
        CHECK(explain(daemon, wrong).first == 2);
    }
}

}  // namespace
}  // namespace hookd
