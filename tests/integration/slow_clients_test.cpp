// slowhttptest against the daemon: threats.md T014.
#include "tests/support/catch.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/raw_connection.hpp"
#include "tests/support/tls_connection.hpp"
#include "tests/support/webhook_daemon.hpp"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <string>
#include <tuple>
#include <vector>

namespace hookd {
namespace {

using test::StartedProgram;
using test::WebhookDaemon;

const std::string k_short_times =
    "times: {handshake: 2s, headers: 2s, body: 2s, answer: 2s, idle: 2s}";
constexpr int k_slow_clients = 200;

/// slowhttptest in one of its modes: headers, body, or reading of the answer.
std::vector<std::string> slowhttptest(const std::string& url, const std::string& mode) {
    const std::string count = std::to_string(k_slow_clients);
    std::vector<std::string> command = {"slowhttptest", mode, "-u", url,  "-c", count, "-r",
                                        count,          "-i", "1",  "-l", "60", "-p",  "5"};
    if (mode == "-B") {
        // A body is asked for only behind a signature; the program has no option for one.
        const std::string type =
            "application/json\r\nX-Hub-Signature-256: sha256=" + std::string(64, 'a');
        command.insert(command.end(), {"-f", type, "-s", "100000"});
    }
    if (mode == "-X") {
        command.insert(command.end(), {"-w", "1", "-y", "2", "-n", "1", "-z", "1", "-k", "3"});
    }
    return command;
}

/// How often `word` stands in what the program said.
std::size_t said(const StartedProgram& program, const std::string& word) {
    const std::string text = program.output();
    std::size_t count = 0;
    for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
        ++count;
    }
    return count;
}

std::ptrdiff_t descriptors_of(::pid_t pid) {
    const std::filesystem::directory_iterator folder("/proc/" + std::to_string(pid) + "/fd");
    return std::distance(begin(folder), end(folder));
}

TEST_CASE("T014 slowhttptest's clients are cut in the end, and honest ones served meanwhile") {
    const test::Authority authority;
    const auto row = GENERATE(table<std::string, std::string>(
        {{"http", "-H"}, {"http", "-B"}, {"http", "-X"}, {"https", "-H"}}));
    const auto& scheme = std::get<0>(row);
    const auto& mode = std::get<1>(row);
    INFO(scheme << " " << mode);
    std::string listener = "address: \"127.0.0.1:0\", " + k_short_times;
    if (scheme == "https") {
        listener += ", tls: {certificate: tls/hooks.pem, key: tls/hooks.key}";
    }
    WebhookDaemon daemon(listener);
    const auto pair = authority.issue("hooks");
    test::write_text(daemon.folder() / "etc/tls/hooks.pem", read_file(pair.certificate).value());
    test::write_text(daemon.folder() / "etc/tls/hooks.key", read_file(pair.key).value());
    daemon.start();
    const std::string delivery = WebhookDaemon::delivery("d-1", "localhost");
    const auto post = [&] {
        if (scheme == "http") {
            test::RawConnection client(daemon.port());
            client.send(delivery);
            return client.read_answer().status;
        }
        test::TlsConnection client(daemon.port(), {authority.certificate(), ""});
        client.send(delivery);
        return client.read_answer();
    };
    REQUIRE(post() == 202);

    const std::string url =
        scheme + "://127.0.0.1:" + std::to_string(daemon.port()) + WebhookDaemon::k_path;
    const auto before = descriptors_of(daemon.pid());
    StartedProgram slow(slowhttptest(url, mode), {"PATH=/usr/bin:/bin"});
    // It goes on as long as connections are open at its end. A slow reader's are open until it
    // has read what the kernel holds for it: then we look whether ours are closed, five seconds
    // after it began, which is when it says for the second time how it goes.
    int served = 0;
    std::ptrdiff_t most = 0;
    const bool over = test::eventually([&] {
        CHECK(post() == 200);
        ++served;
        most = std::max(most, descriptors_of(daemon.pid()) - before);
        return mode == "-X" ? said(slow, "slow HTTP test status") >= 2
                            : said(slow, "Exit status:") > 0;
    });
    INFO(slow.output());
    CHECK(over);
    CHECK(served > 3);
    if (mode == "-X") {
        CHECK(said(slow, "Exit status:") == 0);
    } else {
        CHECK(said(slow, "No open connections left") == 1);
        CHECK(most > k_slow_clients / 2);
    }
    CHECK(test::eventually([&] { return descriptors_of(daemon.pid()) <= before + 2; }));
    CHECK(said(slow, "Exit status:") == (mode == "-X" ? 0 : 1));
    CHECK(daemon.list("events").size() == 1);
    CHECK(daemon.stop() == 0);
}

}  // namespace
}  // namespace hookd
