#include "tests/integration/http_server.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/daemon.hpp"
#include "tests/support/git_repository.hpp"

using namespace hookd;
using namespace hookd::test;
using Catch::Contains;

namespace {

std::string rule_file(const std::string& where) {
    return "repository: acme/shop\n" + where +
           "rules:\n"
           "  - name: note\n"
           "    on: {push: {}, tag: {}}\n"
           "    actions: [{name: note, workspace: none, run: [\"true\"]}]\n";
}

/// hookctl reconcile; what it printed.
std::string reconcile(const Daemon& daemon, int expected_exit = 0) {
    const auto out = daemon.folder() / "out";
    std::filesystem::remove(out);
    const int exit =
        run_program({std::string(HOOKD_BIN_DIR) + "/hookctl", "--server",
                     "unix:" + daemon.state().api_socket().string(), "reconcile", "acme/shop"},
                    out);
    const std::string text = read_file(out).value_or("");
    INFO(text);
    CHECK(exit == expected_exit);
    return text;
}

void install_hook(const Daemon& daemon, const GitRepository& git) {
    const auto out = daemon.folder() / "install.log";
    const int exit = run_program({std::string(HOOKD_BIN_DIR) + "/hookctl", "--config",
                                  daemon.server_file().string(), "install", git.path().string()},
                                 out);
    INFO(read_file(out).value_or(""));
    REQUIRE(exit == 0);
}

void push(const GitRepository& git, const std::string& file, const std::string& branch) {
    const auto work = git.folder() / "work";
    if (!std::filesystem::exists(work)) {
        git.git_in(git.folder(), {"clone", "-q", git.path().string(), work.string()});
    }
    write_text(work / file, file);
    git.git_in(work, {"add", "."});
    git.git_in(work, {"commit", "-qm", file});
    git.git_in(work, {"push", "-q", "origin", "HEAD:" + branch});
}

}  // namespace

TEST_CASE("T031 what moved without its hook is found at the start, once, and said aloud") {
    GitRepository git;
    Daemon daemon;
    daemon.add_repository("shop", rule_file("path: " + git.path().string() + "\n"));
    daemon.start();
    install_hook(daemon, git);
    push(git, "first", "main");
    REQUIRE(daemon.settles());
    CHECK_THAT(reconcile(daemon), Contains("no ref change was missed"));
    REQUIRE(daemon.list("events").size() == 1);

    SECTION("the hook is gone") {
        std::filesystem::remove(git.path() / "hooks/post-receive");
        push(git, "second", "main");
        CHECK_THAT(reconcile(daemon), Contains("missed 1 ref change of acme/shop since 20"));
    }
    SECTION("the daemon was down, and a ref was moved by hand") {
        daemon.stop();
        git.commit("main", {{"second", "2"}});
        daemon.start();
        CHECK(eventually([&] { return daemon.list("events").size() == 2; }));
    }
    SECTION("the daemon was down, and a hook spooled its push") {
        daemon.stop();
        push(git, "second", "main");
        daemon.start();
        CHECK(eventually([&] { return daemon.list("events").size() == 2; }));
        CHECK_THAT(reconcile(daemon), Contains("no ref change was missed"));
        CHECK(daemon.list("events").at(0)["source"] == "hook");
        CHECK(daemon.list("events").size() == 2);
        return;
    }
    CHECK_THAT(reconcile(daemon), Contains("no ref change was missed"));
    REQUIRE(daemon.settles());
    const auto events = daemon.list("events");
    REQUIRE(events.size() == 2);
    CHECK(events[0]["source"] == "reconcile");
    CHECK(daemon.list("runs").size() == 2);
    CHECK_THAT(daemon.log(), Contains("missed 1 ref change of acme/shop since 20"));
    // What git does to keep house moves no ref.
    git.git({"pack-refs", "--all"});
    git.git({"gc", "-q", "--prune=now"});
    CHECK_THAT(reconcile(daemon), Contains("no ref change was missed"));
}

TEST_CASE("T031 the refs of a remote are compared through a real git server") {
    if (!HttpServer::is_possible()) {
        WARN("skipped: lighttpd or git http-backend is not installed");
        return;
    }
    GitRepository git;
    const HttpServer server(git.folder());
    const auto first = git.commit("main", {{"a", "1"}});
    git.git({"tag", "-a", "-m", "one", "v1", "main"});
    Daemon daemon;
    daemon.add_repository("shop", rule_file("clone: " + server.url("shop.git") + "\n"));
    daemon.start();
    CHECK_THAT(reconcile(daemon), Contains("no ref change was missed"));
    CHECK(daemon.list("events").empty());
    const auto second = git.commit("main", {{"a", "2"}});
    git.git({"update-ref", "-d", "refs/tags/v1"});
    const std::string said = reconcile(daemon);
    CHECK_THAT(said,
               Contains("missed 2 ref changes of acme/shop since 20") &&
                   Contains("refs/heads/main " + first.short_text() + ".." + second.short_text()) &&
                   Contains("refs/tags/v1"));
    CHECK(daemon.list("events").size() == 2);
}
