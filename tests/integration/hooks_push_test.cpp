#include "core/base/text.hpp"
#include "tests/integration/push_bench.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"

#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <fstream>
#include <set>

using namespace hookd;
using namespace hookd::test;

namespace {

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

/// Names of refs that git takes and that would do harm where one is pasted into a command.
const std::vector<std::string> k_odd_refs = {"refs/heads/$(touch${IFS}x)",
                                             "refs/heads/;id",
                                             "refs/heads/`touch${IFS}x`",
                                             "refs/heads/'\"|&",
                                             "refs/heads/<script>",
                                             "refs/heads/{a,b}",
                                             "refs/heads/%s%n",
                                             "refs/heads/\xFF\xFE",
                                             "refs/heads/\xE2\x80\xAEx",
                                             "refs/heads/HEAD",
                                             "refs/tags/--upload-pack=x"};

/// Processes that run a program of this path.
std::vector<::pid_t> processes_of(const std::filesystem::path& program) {
    std::vector<::pid_t> found;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        std::error_code gone;
        const auto exe = std::filesystem::read_symlink(entry.path() / "exe", gone).string();
        const auto pid = parse_number(entry.path().filename().string());
        if (!gone && pid && exe.starts_with(program.string())) {
            found.push_back(static_cast<::pid_t>(*pid));
        }
    }
    return found;
}

}  // namespace

TEST_CASE("a push while the daemon is away is kept, and the pusher reads so") {
    PushBench bench;
    bench.install();
    const auto commit = bench.client.commit("main", {{"a.c", "1"}});
    const auto seen = bench.push({"--push-option=ci.skip", "main"});
    CHECK(contains(seen, "remote: hookd: not running; kept 1 event, it will run when it is back"));
    const auto records = bench.spooled();
    REQUIRE(records.size() == 1);
    CHECK(records[0].repository == std::filesystem::canonical(bench.server.path()));
    CHECK(records[0].push_options == std::vector<std::string>{"ci.skip"});
    CHECK(records[0].hints == std::vector<hooks::PusherHint>{{"GL_USER", "ann"}});
    REQUIRE(records[0].updates.size() == 1);
    CHECK(records[0].updates[0].ref == "refs/heads/main");
    CHECK(records[0].updates[0].before.is_zero());
    CHECK(records[0].updates[0].after == commit);

    // And the daemon takes it when it is back, under the same id.
    const TakingDaemon daemon(bench);
    REQUIRE(eventually([&] { return daemon.events().size() == 1; }));
    CHECK(daemon.events()[0].id == records[0].updates[0].event);
    CHECK(daemon.events()[0].actor->login == "ann");
}

TEST_CASE("a pusher reads which events were queued and which rules run") {
    PushBench bench;
    bench.install();
    const TakingDaemon daemon(bench);
    bench.client.commit("main", {{"a.c", "1"}});
    const auto seen = bench.push({"main"});
    const auto events = daemon.events();
    REQUIRE(events.size() == 1);
    CHECK(contains(seen,
                   "remote: hookd: queued event " + events[0].id.text() + " (checks, release)"));

    const auto two = bench.client.commit("main", {{"b.c", "2"}});
    bench.push({"main", "+main~1:refs/heads/other"});
    bench.push({":refs/heads/other"});
    const auto all = daemon.events();
    REQUIRE(all.size() == 4);
    CHECK(all[1].after == two.text());
    CHECK(all[1].paths == std::vector<std::string>{"b.c"});
    CHECK(all[3].change == "deleted");
    CHECK(eventually([&] { return bench.spooled_bytes().empty(); }));
}

TEST_CASE("T024 odd names of refs come through as the bytes they are, and start nothing") {
    PushBench bench;
    bench.install();
    const TakingDaemon daemon(bench);
    bench.client.commit("main", {{"a.c", "1"}});
    std::vector<std::string> arguments;
    arguments.reserve(k_odd_refs.size());
    for (const auto& ref : k_odd_refs) {
        arguments.push_back("main:" + ref);
    }
    const auto seen = bench.push(arguments);
    std::set<std::string> refs;
    for (const auto& event : daemon.events()) {
        refs.insert(event.ref);
    }
    CHECK(refs == std::set<std::string>(k_odd_refs.begin(), k_odd_refs.end()));
    CHECK_FALSE(std::filesystem::exists(bench.server.path() / "x"));
    CHECK_FALSE(std::filesystem::exists(bench.client.path() / "x"));
    // git's own lines hold the names as they are; ours must not.
    for (const auto line : split(seen, '\n')) {
        CHECK((!line.starts_with("remote: hookd:") || is_valid_utf8(line)));
    }
    CHECK(contains(seen, "remote: hookd: and 1 more"));
}

TEST_CASE("T029 3,000 refs in one push are one file, and what the pusher reads stays short") {
    PushBench bench;
    bench.install();
    const auto commit = bench.client.commit("main", {{"a.c", "1"}});
    std::string updates;
    for (int i = 0; i < 3000; ++i) {
        updates += "create refs/heads/r/" + std::to_string(i) + " " + commit.text() + "\n";
    }
    bench.client.git({"update-ref", "--stdin"}, updates);
    const auto seen = bench.push({"-q", "refs/heads/r/*:refs/heads/r/*"});
    CHECK(contains(seen, "kept 3000 events"));
    CHECK(seen.size() < 1000);
    REQUIRE(bench.spooled().size() == 1);
    CHECK(bench.spooled()[0].updates.size() == 3000);

    const TakingDaemon daemon(bench);
    REQUIRE(eventually([&] { return daemon.events().size() == 3000; }));
    CHECK(eventually([&] { return bench.spooled_bytes().empty(); }));
    std::set<std::string> refs;
    for (const auto& event : daemon.events()) {
        refs.insert(event.ref);
    }
    CHECK(refs.size() == 3000);
}

TEST_CASE("a hook that was there runs after ours with the same input, and is given back") {
    PushBench bench;
    bench.client.commit("main", {{"a.c", "1"}});
    const auto hook = bench.server.path() / "hooks/post-receive";
    const auto seen = bench.server.folder() / "seen";
    const std::string script = "#!/bin/sh\n{ pwd; echo \"$GIT_DIR $GL_USER\"; cat; } > '" +
                               seen.string() + "'\necho from the previous hook\n";
    REQUIRE(write_file_durably(hook, script, 0755));
    bench.push({"main:refs/heads/one"});
    const auto before = read_file(seen).value();

    bench.install();
    bench.push({":refs/heads/one"});
    const auto output = bench.push({"main:refs/heads/one"});
    CHECK(read_file(seen) == before);
    const auto ours = output.find("remote: hookd: ");
    const auto theirs = output.find("remote: from the previous hook");
    CHECK(ours != std::string::npos);
    CHECK(theirs != std::string::npos);
    CHECK(ours < theirs);
    CHECK(bench.spooled().size() == 2);

    const auto plan = hooks::plan_uninstall(bench.server.path());
    REQUIRE(plan);
    REQUIRE(hooks::apply(*plan));
    CHECK(read_file(hook) == script);
    CHECK_FALSE(contains(bench.push({":refs/heads/one"}), "hookd: "));
}

TEST_CASE("T030 a full disk is said to the pusher, and the push stands") {
    PushBench bench;
    bench.install();
    if (::mount("none", bench.spool().c_str(), "tmpfs", MS_NOSUID, "size=4k,mode=0700") != 0) {
        WARN("skipped: a full disk needs the right to mount");
        return;
    }
    {
        std::ofstream fill(bench.spool() / "fill");
        fill << std::string(100'000, 'x') << std::flush;
    }
    const auto commit = bench.client.commit("main", {{"a.c", "1"}});
    const auto push = bench.start_push({"main"});
    const int status = push->wait();
    CHECK(::umount(bench.spool().c_str()) == 0);
    CHECK(status == 0);
    CHECK(contains(push->output(), "remote: hookd: could not record this push: "));
    CHECK(contains(push->output(), "No space left on device"));
    CHECK(contains(push->output(), "the push itself stands"));
    CHECK(bench.server.id("refs/heads/main") == commit);
}

TEST_CASE("T029 a client that is killed while the hook waits leaves nothing running") {
    PushBench bench;
    bench.install();
    bench.client.commit("main", {{"a.c", "1"}});
    // Somebody listens, takes the call and says nothing: the hook is known to wait.
    const Fd listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    ::sockaddr_un address{};
    address.sun_family = AF_UNIX;
    bench.socket().string().copy(address.sun_path, sizeof address.sun_path - 1);
    const auto* generic = static_cast<const ::sockaddr*>(static_cast<const void*>(&address));
    REQUIRE(::bind(listener.get(), generic, sizeof address) == 0);
    REQUIRE(::listen(listener.get(), 4) == 0);

    const auto hook = bench.server.path() / "hooks/post-receive";
    const auto push = bench.start_push({"main"});
    REQUIRE(wait_readable(listener.get(), Milliseconds{30'000}).value());
    const Fd call(::accept(listener.get(), nullptr, nullptr));
    CHECK(processes_of(hook).size() == 1);
    push->kill(SIGKILL);
    CHECK(push->wait() == 128 + SIGKILL);
    CHECK(eventually([&] { return processes_of(hook).empty(); }, std::chrono::seconds(15)));
    // Recorded before anything was said to anybody.
    CHECK(bench.spooled().size() == 1);
}
