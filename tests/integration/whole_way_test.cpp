#include "core/base/file.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/daemon.hpp"
#include "tests/support/git_repository.hpp"

#include <sys/resource.h>

#include <algorithm>

namespace hookd {
namespace {

const std::string k_secret = "0123456789abcdef-secret";
const std::string k_hello = R"(repository: Codertocat/Hello-World
webhook: {provider: github, secret: {file: ../secrets/hello}}
rules:
  - name: greet
    on: {push: {branches: [master]}}
    actions:
      - name: hello
        workspace: none
        run: |
          echo "by $HOOKD_ACTOR to $HOOKD_BRANCH"
          cmp "$HOOKD_PAYLOAD" ')" HOOKD_TEST_DATA R"(/payloads/github/push.json' && echo same
)";

std::string hookctl() {
    return std::string(HOOKD_BIN_DIR) + "/hookctl";
}

/// What `hookctl` prints, and its exit status.
std::pair<int, std::string> ask(const test::Daemon& daemon, std::vector<std::string> arguments) {
    const auto output = daemon.folder() / "output";
    std::filesystem::remove(output);
    std::vector<std::string> command = {hookctl(), "--config", daemon.server_file().string()};
    command.insert(command.end(), arguments.begin(), arguments.end());
    const int status = test::run_program(command, output);
    return {status, read_file(output).value_or("")};
}

std::vector<std::string> send_push(const test::Daemon& daemon, const std::string& delivery,
                                   const std::filesystem::path& secret) {
    return {"send",
            "--provider",
            "github",
            "--event",
            "push",
            "--secret-file",
            secret.string(),
            "--delivery",
            delivery,
            std::string(HOOKD_TEST_DATA) + "/payloads/github/push.json",
            daemon.url("/hooks/github/Codertocat/Hello-World")};
}

TEST_CASE("a push becomes a tagged and deployed release, as its rules say") {
    test::Daemon daemon;
    test::GitRepository repository;
    const auto site = daemon.folder() / "site";
    daemon.add_repository("shop", "repository: acme/shop\npath: " + repository.path().string() +
                                      R"(
rules:
  - name: release
    on: {push: {branches: [main], paths: ["src/**"]}}
    actions:
      - {name: lint, lint: {run: "test -f src/page"}}
      - {name: test, needs: [lint], test: {run: [grep, -q, good, src/page]}}
      - {name: version, needs: [test], tag: {scheme: semver, prefix: v}}
      - name: ship
        needs: [version]
        deploy:
          environment: production
          build: 'echo "$HOOKD_OUTPUT_VERSION_TAG" > src/version'
          from: src
          to: {path: ")" + site.string() +
                                      R"("}
          check: {run: [test, -f, version], within: 10s}
)");
    daemon.start();
    REQUIRE(ask(daemon, {"install", repository.path().string()}).first == 0);
    const auto work = repository.folder() / "work";
    repository.git_in(repository.folder(), {"init", "-q", "-b", "main", work.string()});
    const auto push = [&](const std::string& file, const std::string& text) {
        test::write_text(work / file, text);
        repository.git_in(work, {"add", "-A"});
        repository.git_in(work, {"commit", "-q", "-m", "change"});
        repository.git_in(work, {"push", "-q", repository.path().string(), "main"});
    };

    push("src/page", "bad\n");
    REQUIRE(test::eventually([&] { return daemon.list("runs").size() == 1; }));
    CHECK(ask(daemon, {"run", "1", "--wait"}).first == 1);
    CHECK(daemon.get("/api/v1/runs/1")["actions"][2]["state"] == "skipped");
    CHECK(repository.git({"tag"}).empty());

    push("src/page", "good\n");
    REQUIRE(test::eventually([&] { return daemon.list("runs").size() == 2; }));
    const auto [status, text] = ask(daemon, {"run", "2", "--wait"});
    INFO(text);
    CHECK(status == 0);
    CHECK(repository.git({"tag"}) == "v0.1.0\n");
    CHECK(repository.line({"rev-parse", "v0.1.0^{commit}"}) ==
          repository.line({"rev-parse", "main"}));
    CHECK(read_file(site / "current/version") == "v0.1.0\n");
    CHECK(ask(daemon, {"deployments"}).second.find("production") != std::string::npos);

    push("README", "words\n");
    REQUIRE(test::eventually([&] { return daemon.list("events").size() == 3; }));
    const auto event = daemon.list("events")[0].at("id").get<std::string>();
    CHECK(daemon.list("runs").size() == 2);
    const auto why = ask(daemon, {"event", event}).second;
    CHECK(why.find("on.push.paths") != std::string::npos);
    CHECK(daemon.stop() == 0);
}

TEST_CASE("a signed delivery runs once, however often it comes; a wrong signature is refused") {
    test::Daemon daemon;
    daemon.add_secret("hello", k_secret);
    daemon.add_repository("hello", k_hello);
    const auto secret = daemon.folder() / "etc/secrets/hello";
    test::write_text(daemon.folder() / "wrong", "another-secret-of-16-bytes\n");
    daemon.start();

    const auto first = ask(daemon, send_push(daemon, "d-1", secret));
    INFO(first.second);
    REQUIRE(first.first == 0);
    CHECK(ask(daemon, {"run", "1", "--wait"}).first == 0);
    const auto log = ask(daemon, {"logs", "1/hello"}).second;
    CHECK(log.find("by Codertocat to master\n") != std::string::npos);
    CHECK(log.find("same\n") != std::string::npos);

    const auto again = ask(daemon, send_push(daemon, "d-1", secret));
    CHECK(again.first == 0);
    CHECK(again.second.find("duplicate") != std::string::npos);
    // T085: the same movement of the ref under another delivery id is the same event.
    CHECK(ask(daemon, send_push(daemon, "d-2", secret)).second.find("duplicate") !=
          std::string::npos);
    CHECK(daemon.list("runs").size() == 1);

    const auto refused = ask(daemon, send_push(daemon, "d-3", daemon.folder() / "wrong"));
    CHECK(refused.first != 0);
    CHECK(refused.second.find("401") != std::string::npos);
    CHECK(daemon.list("events").size() == 1);
    CHECK(daemon.stop() == 0);
}

TEST_CASE("T003: curl with a missing, a foreign and an odd signature gets one same answer") {
    test::Daemon daemon;
    daemon.add_secret("hello", k_secret);
    daemon.add_repository("hello", k_hello);
    daemon.start();
    const auto post = [&](const std::string& path, const std::vector<std::string>& headers) {
        const auto output = daemon.folder() / "curl";
        std::filesystem::remove(output);
        std::vector<std::string> command = {"curl",
                                            "-s",
                                            "-w",
                                            "%{http_code}",
                                            "--data-binary",
                                            "{\"broken",
                                            "-H",
                                            "Content-Type: application/json",
                                            "-H",
                                            "X-GitHub-Event: push"};
        for (const std::string& header : headers) {
            command.push_back("-H");
            command.push_back(header);
        }
        command.push_back(daemon.url(path));
        REQUIRE(test::run_program(command, output) == 0);
        return read_file(output).value_or("");
    };
    const std::string known = "/hooks/github/Codertocat/Hello-World";
    const std::string zeros(64, '0');
    const std::string missing = post(known, {});
    CHECK(missing.substr(missing.size() - 3) == "401");
    CHECK(post(known, {"X-Hub-Signature-256: sha256=" + zeros}) == missing);
    CHECK(post(known, {"X-Hub-Signature-256: sha256=xyz"}) == missing);
    CHECK(post(known, {"X-Hub-Signature: sha1=" + std::string(40, '0')}) == missing);
    CHECK(post("/hooks/github/acme/nothing", {"X-Hub-Signature-256: sha256=" + zeros}) == missing);
    CHECK(daemon.list("events").empty());
}

TEST_CASE("T095: a broken file changes nothing in a running daemon, a mended one at once") {
    test::Daemon daemon;
    daemon.add_secret("hello", k_secret);
    daemon.add_repository("hello", k_hello);
    daemon.start();
    daemon.add_repository("broken", "repository: acme/broken\nrulez: []\n");
    const auto refused = ask(daemon, {"reload"});
    CHECK(refused.first == 1);
    CHECK(refused.second.find("broken.yaml:2:1") != std::string::npos);
    CHECK(refused.second.find("\"rules\"") != std::string::npos);
    CHECK(ask(daemon, send_push(daemon, "d-1", daemon.folder() / "etc/secrets/hello")).first == 0);
    REQUIRE(test::eventually([&] { return daemon.list("runs").size() == 1; }));
    daemon.add_repository("broken", "repository: acme/broken\nrules: []\n");
    CHECK(ask(daemon, {"reload"}).first == 0);
    CHECK(daemon.stop() == 0);
}

TEST_CASE("a configuration with problems lists them all and starts nothing") {
    test::Daemon daemon;
    daemon.add_repository("one", "repository: acme/one\nrulez: []\n");
    daemon.add_repository("two", "repository: acme/two\nrules: {}\n");
    const auto output = daemon.folder() / "check";
    CHECK(test::run_program(
              {std::string(HOOKD_BIN_DIR) + "/hookd", "--config", daemon.server_file().string()},
              output) == 1);
    const std::string text = read_file(output).value_or("");
    CHECK(text.find("one.yaml:2:1") != std::string::npos);
    CHECK(text.find("two.yaml:2:") != std::string::npos);
    CHECK_FALSE(std::filesystem::exists(daemon.state().database()));
    CHECK(ask(daemon, {"check"}).first == 1);
}

TEST_CASE("T081: a state directory that lost its queue is refused, not begun anew") {
    test::Daemon daemon;
    daemon.start();
    CHECK(daemon.stop() == 0);
    std::filesystem::remove(daemon.state().database());
    std::filesystem::remove(daemon.state().database().string() + "-wal");
    std::filesystem::remove(daemon.state().database().string() + "-shm");
    CHECK_THROWS(daemon.start());
    CHECK(daemon.log().find("queue.db") != std::string::npos);
    CHECK_FALSE(std::filesystem::exists(daemon.state().database()));
}

TEST_CASE("without a daemon hookctl says so and exits with 3") {
    const test::Daemon daemon;
    const auto [status, text] = ask(daemon, {"runs"});
    CHECK(status == 3);
    CHECK(text.find("is hookd running?") != std::string::npos);
}

TEST_CASE("hookctl refuses wrong usage with 2") {
    const test::Daemon daemon;
    CHECK(ask(daemon, {"no-such-command"}).first == 2);
    CHECK(ask(daemon, {"event"}).first == 2);
    CHECK(ask(daemon, {"logs", "x/y/z/w"}).first == 2);
}

TEST_CASE("hookd opens many files, and its actions as many as it was given") {
    test::Daemon daemon;
    daemon.add_secret("hello", k_secret);
    const auto seen = daemon.folder() / "seen";
    daemon.add_repository("hello", R"(repository: Codertocat/Hello-World
webhook: {provider: github, secret: {file: ../secrets/hello}}
rules:
  - name: count
    on: {push: {}}
    actions: [{name: files, workspace: none, run: "ulimit -Sn > ')" +
                                       seen.string() +
                                       R"('"}]
)");
    daemon.start({"/usr/bin/prlimit", "--nofile=700:"});
    // Of itself: what it is allowed, up to 8192.
    ::rlimit own{};
    ::rlimit given{};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &given) == 0);
    REQUIRE(::prlimit(daemon.pid(), RLIMIT_NOFILE, nullptr, &own) == 0);
    CHECK(own.rlim_cur == std::min<::rlim_t>(given.rlim_max, 8192));
    CHECK(ask(daemon, send_push(daemon, "d-1", daemon.folder() / "etc/secrets/hello")).first == 0);
    REQUIRE(daemon.settles());
    CHECK(read_file(seen) == "700\n");
    CHECK(daemon.stop() == 0);
}

}  // namespace
}  // namespace hookd
