#pragma once

#include "tests/support/daemon.hpp"
#include "tests/support/started_program.hpp"
#include "webhook/provider.hpp"

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace hookd::test {

/// A daemon with one endpoint of GitHub's, and what such a sender posts.
class WebhookDaemon : public Daemon {
  public:
    static constexpr const char* k_path = "/hooks/github/Codertocat/Hello-World";

    /// `webhooks`: what stands under `listen.webhooks`.
    explicit WebhookDaemon(const std::string& webhooks) {
        add_secret("hello", k_secret);
        add_repository("hello",
                       "repository: Codertocat/Hello-World\n"
                       "webhook: {provider: github, secret: {file: ../secrets/hello}}\n"
                       "rules:\n"
                       "  - name: greet\n"
                       "    on: {push: {branches: [master]}}\n"
                       "    actions: [{name: hello, workspace: none, run: \"env; echo done\"}]\n");
        listen(webhooks);
    }

    void listen(const std::string& webhooks) const {
        write_text(server_file(), "state: " + state().root().string() + "\nlisten:\n  webhooks: {" +
                                      webhooks + "}\nworker: {slots: 2}\n");
    }

    [[nodiscard]] static std::filesystem::path payload() {
        return std::string(HOOKD_TEST_DATA) + "/payloads/github/push.json";
    }

    /// A signed push, as bytes for a connection.
    [[nodiscard]] static std::string delivery(const std::string& id, const std::string& host) {
        const std::string body = read_file(payload()).value();
        std::string bytes = std::string("POST ") + k_path + " HTTP/1.1\r\nHost: " + host +
                            "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
        const auto headers = webhook::find_provider("github")->sign(
            {"push", id, body, k_secret, RealClock().wall()});
        for (const auto& [name, value] : headers.value().all()) {
            bytes += name + ": " + value + "\r\n";
        }
        return bytes + "\r\n" + body;
    }

    /// `hookctl` with this daemon's configuration: its exit status and what it printed.
    [[nodiscard]] std::pair<int, std::string> hookctl(std::vector<std::string> arguments) const {
        arguments.insert(arguments.begin(), {std::string(HOOKD_BIN_DIR) + "/hookctl", "--config",
                                             server_file().string()});
        StartedProgram program(std::move(arguments), {"PATH=/usr/bin:/bin"});
        const int status = program.wait();
        return {status, program.output()};
    }

    static constexpr const char* k_secret = "0123456789abcdef-secret";
};

}  // namespace hookd::test
