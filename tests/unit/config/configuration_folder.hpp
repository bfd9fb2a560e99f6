#pragma once

#include "config/load.hpp"
#include "tests/support/temporary_folder.hpp"

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace hookd::test {

/// A folder with a server file, a repository file and a secret that are right, until changed.
class ConfigurationFolder {
  public:
    static constexpr std::string_view k_server =
        "state: state\n"
        "listen: {webhooks: {address: \"127.0.0.1:0\"}}\n";
    static constexpr std::string_view k_repository =
        "repository: acme/shop\n"
        "path: /srv/git/acme/shop.git\n"
        "rules:\n"
        "  - name: checks\n"
        "    on: {push: {}}\n"
        "    actions: [{name: test, run: [make, test]}]\n";
    static constexpr std::string_view k_secret = "0123456789abcdef0123456789abcdef";

    ConfigurationFolder() {
        write("hookd.yaml", k_server);
        write("repos.d/shop.yaml", k_repository);
        write("secrets/shop", std::string(k_secret) + "\n", std::filesystem::perms(0600));
    }

    [[nodiscard]] std::filesystem::path operator/(const std::filesystem::path& name) const {
        return folder_ / name;
    }
    void write(const std::filesystem::path& name, std::string_view text,
               std::filesystem::perms mode = std::filesystem::perms(0644)) {
        const auto file = folder_ / name;
        std::filesystem::create_directories(file.parent_path());
        std::filesystem::permissions(file.parent_path(), std::filesystem::perms(0755));
        std::ofstream(file, std::ios::binary) << text;
        std::filesystem::permissions(file, mode);
    }
    void remove(const std::filesystem::path& name) { std::filesystem::remove(folder_ / name); }

    [[nodiscard]] std::variant<config::Configuration, config::Problems> load() const {
        return config::load(folder_ / "hookd.yaml");
    }
    /// What `load` found wrong: "repos.d/shop.yaml:1:1: message".
    [[nodiscard]] std::vector<std::string> problems() const {
        const auto result = load();
        std::vector<std::string> lines;
        if (const auto* problems = std::get_if<config::Problems>(&result)) {
            for (const config::Problem& problem : *problems) {
                lines.push_back(without_folder(to_text(problem)));
            }
        }
        return lines;
    }

  private:
    [[nodiscard]] std::string without_folder(std::string text) const {
        const std::string folder = folder_.path().string() + "/";
        for (std::size_t at = text.find(folder); at != std::string::npos; at = text.find(folder)) {
            text.erase(at, folder.size());
        }
        return text;
    }

    TemporaryFolder folder_;
};

}  // namespace hookd::test
