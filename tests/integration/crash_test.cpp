#include "core/base/clock.hpp"
#include "core/base/ulid.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/daemon.hpp"
#include "tests/support/git_repository.hpp"
#include "webhook/provider.hpp"

#include <atomic>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <thread>

namespace hookd {
namespace {

constexpr int k_kills = 50;
constexpr int k_senders = 4;
const std::string k_secret = "0123456789abcdef-secret";

std::string random_commit() {
    static std::atomic<std::uint64_t> next{1};
    std::string text = std::to_string(next++);
    return std::string(40 - text.size(), 'a') + text;
}

/// A small push delivery that says `after`.
std::string push_payload(const std::string& after) {
    return R"({"ref":"refs/heads/w)" + after + R"(","before":")" + std::string(40, '0') +
           R"(","after":")" + after +
           R"(","created":true,"deleted":false,"forced":false,"commits":[],"head_commit":null,)"
           R"("repository":{"full_name":"acme/hooked"},"pusher":{"name":"ann"},)"
           R"("sender":{"login":"ann"}})";
}

/// Posts deliveries until told to stop, and remembers those that were answered 2xx.
class Sender {
  public:
    void run(const std::atomic<std::uint16_t>& port, const std::atomic<bool>& stop) {
        const webhook::Provider& github = *webhook::find_provider("github");
        while (!stop) {
            const std::string after = random_commit();
            const std::string body = push_payload(after);
            const std::string delivery = make_ulid(RealClock{}.wall());
            const auto headers =
                github.sign({"push", delivery, body, k_secret, RealClock{}.wall()});
            if (!headers) {
                continue;
            }
            http::ClientRequest request;
            request.method = "POST";
            request.url =
                "http://127.0.0.1:" + std::to_string(port.load()) + "/hooks/github/acme/hooked";
            request.headers = headers->all();
            request.body = body;
            request.total_time = Milliseconds{5'000};
            const auto response = http::send(request);
            if (response && response->status / 100 == 2) {
                acknowledged_.push_back(after);
            }
        }
    }

    [[nodiscard]] const std::vector<std::string>& acknowledged() const { return acknowledged_; }

  private:
    std::vector<std::string> acknowledged_;
};

/// How many events there are of each new commit.
std::map<std::string, int> events_by_commit(const test::Daemon& daemon) {
    std::map<std::string, int> counts;
    for (const auto& event : daemon.list("events")) {
        ++counts[event.at("after").get<std::string>()];
    }
    return counts;
}

TEST_CASE("T078: a daemon killed fifty times under load loses nothing it acknowledged") {
    test::Daemon daemon;
    test::GitRepository repository;
    daemon.add_secret("hooked", k_secret);
    daemon.add_repository("hooked",
                          "repository: acme/hooked\n"
                          "webhook: {provider: github, secret: {file: ../secrets/hooked}}\n"
                          "rules:\n"
                          "  - name: note\n"
                          "    on: {push: {}}\n"
                          "    actions: [{name: note, workspace: none, run: [\"true\"]}]\n");
    daemon.add_repository("pushed", "repository: acme/pushed\npath: " + repository.path().string() +
                                        "\n"
                                        "rules:\n"
                                        "  - name: check\n"
                                        "    on: {push: {}}\n"
                                        "    actions:\n"
                                        "      - {name: look, test: {run: [ls]}}\n");
    const auto hookctl = std::string(HOOKD_BIN_DIR) + "/hookctl";
    REQUIRE(test::run_program({hookctl, "--config", daemon.server_file().string(), "install",
                               repository.path().string()},
                              daemon.folder() / "install.log") == 0);
    const auto work = repository.folder() / "work";
    repository.git_in(repository.folder(), {"init", "-q", "-b", "main", work.string()});

    daemon.start();
    std::atomic<std::uint16_t> port{daemon.port()};
    std::atomic<bool> stop{false};
    std::vector<Sender> senders(k_senders);
    std::vector<std::thread> threads;
    for (Sender& sender : senders) {
        threads.emplace_back([&] { sender.run(port, stop); });
    }
    std::vector<std::string> pushed;
    threads.emplace_back([&] {
        while (!stop) {
            repository.git_in(work, {"commit", "-q", "--allow-empty", "-m", "change"});
            repository.git_in(work, {"push", "-q", repository.path().string(), "main"});
            // The push has returned: from here on its event must never be missing.
            auto head = repository.git_in(work, {"rev-parse", "HEAD"});
            pushed.push_back(head.substr(0, 40));
        }
    });

    std::mt19937 random(20261123);
    std::uniform_int_distribution<int> moment(20, 250);
    for (int round = 0; round < k_kills; ++round) {
        const auto until =
            std::chrono::steady_clock::now() + std::chrono::milliseconds(moment(random));
        static_cast<void>(
            test::eventually([until] { return std::chrono::steady_clock::now() > until; }));
        daemon.kill_now();
        daemon.start();
        port = daemon.port();
    }
    stop = true;
    for (std::thread& thread : threads) {
        thread.join();
    }

    // The last daemon takes what hooks left in the spool and runs what is queued.
    REQUIRE(test::eventually([&] {
        const auto counts = events_by_commit(daemon);
        return pushed.empty() || counts.contains(pushed.back());
    }));
    REQUIRE(daemon.settles(std::chrono::minutes(5)));
    const auto counts = events_by_commit(daemon);
    std::size_t acknowledged = 0;
    for (const Sender& sender : senders) {
        for (const std::string& commit : sender.acknowledged()) {
            ++acknowledged;
            const auto found = counts.find(commit);
            INFO("webhook " << commit);
            REQUIRE(found != counts.end());
            REQUIRE(found->second == 1);
        }
    }
    for (const std::string& commit : pushed) {
        INFO("push " << commit);
        const auto found = counts.find(commit);
        REQUIRE(found != counts.end());
        REQUIRE(found->second == 1);
    }
    CHECK(acknowledged > 0);
    CHECK_FALSE(pushed.empty());
    std::size_t unfinished = 0;
    for (const auto& run : daemon.list("runs")) {
        const auto state = run.at("state").get<std::string>();
        unfinished += state == "running" || state == "queued" ? 1 : 0;
    }
    CHECK(unfinished == 0);
    CHECK(daemon.stop() == 0);
}

}  // namespace
}  // namespace hookd
