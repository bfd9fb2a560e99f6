#include "config/load.hpp"

#include "tests/support/catch.hpp"
#include "tests/unit/config/configuration_folder.hpp"

#include <nlohmann/json.hpp>
#include <stdlib.h>

using hookd::NeedCondition;
using hookd::config::Action;
using hookd::config::Configuration;
using hookd::config::Repository;
using hookd::config::Workspace;
using hookd::test::ConfigurationFolder;
using namespace std::chrono_literals;

namespace {

Configuration load(const ConfigurationFolder& folder) {
    INFO(Catch::StringMaker<std::vector<std::string>>::convert(folder.problems()));
    auto result = folder.load();
    REQUIRE(std::holds_alternative<Configuration>(result));
    return std::get<Configuration>(std::move(result));
}

Repository load_repository(const std::string& text) {
    ConfigurationFolder folder;
    folder.write("repos.d/shop.yaml", text);
    Configuration configuration = load(folder);
    return std::move(configuration.repositories.at(0));
}

/// A variable of the environment for one test.
class Variable {
  public:
    Variable(const char* name, const char* value) : name_(name) { ::setenv(name, value, 1); }
    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;
    ~Variable() { ::unsetenv(name_); }

  private:
    const char* name_;
};

std::vector<std::string> names_of(const std::vector<Action>& actions) {
    std::vector<std::string> names;
    for (const Action& action : actions) {
        names.push_back(action.name);
    }
    return names;
}

nlohmann::json spec_of(const Action& action) {
    return nlohmann::json::parse(action.spec);
}

}  // namespace

TEST_CASE("a server file says where and how much") {
    ConfigurationFolder folder;
    folder.write("hookd.yaml",
                 "state: data/../state\n"
                 "listen: {webhooks: {address: \"[::1]:0\"}}\n"
                 "worker: {slots: 2}\n"
                 "limits: {body: 1MiB, log: 10KB, actions_per_push: 7}\n"
                 "webhooks:\n"
                 "  - path: /hooks/acme\n"
                 "    provider: github\n"
                 "    secret: [{file: secrets/shop}, {file: secrets/old, until: 2026-12-31}]\n"
                 "    repositories: [\"acme/*\", \"!acme/secret\"]\n"
                 "repositories: [repos.d/*.yaml, more/one.json]\n");
    folder.write("more/one.json", "{\"repository\": \"acme/one\"}");
    folder.write("secrets/old", "fedcba9876543210\r\n", std::filesystem::perms(0400));
    const Configuration configuration = load(folder);
    const auto& server = configuration.server;
    CHECK(server.file == folder / "hookd.yaml");
    CHECK(server.state == folder / "state");
    REQUIRE(server.webhooks);
    const auto& address = std::get<hookd::config::ListenAddress>(server.webhooks->on);
    CHECK(address.host == "::1");
    CHECK(address.port == 0);
    CHECK(server.slots == 2);
    CHECK(server.limits.body_bytes == 1'048'576);
    CHECK(server.limits.log_bytes == 10'000);
    CHECK(server.limits.actions_per_push == 7);
    REQUIRE(configuration.endpoints.size() == 1);
    const auto& endpoint = configuration.endpoints.front();
    CHECK(endpoint.path == "/hooks/acme");
    CHECK(endpoint.provider == "github");
    CHECK(endpoint.repositories == std::vector<std::string>{"acme/*", "!acme/secret"});
    REQUIRE(endpoint.secrets.size() == 2);
    CHECK(endpoint.secrets[0].value.reveal() == ConfigurationFolder::k_secret);
    CHECK(endpoint.secrets[1].value.reveal() == "fedcba9876543210");
    CHECK(configuration.repositories.size() == 2);
}

TEST_CASE("a server file may be nearly empty") {
    ConfigurationFolder folder;
    folder.write("hookd.yaml", "worker: {}\n");
    const Configuration configuration = load(folder);
    CHECK_FALSE(configuration.server.webhooks);
    CHECK(configuration.server.state == "/var/lib/hookd");
    CHECK(configuration.server.slots == 4);
    CHECK(configuration.server.limits.body_bytes == 26'214'400);
    CHECK(configuration.repositories.size() == 1);
}

TEST_CASE("a repository file becomes rules with their filters") {
    const Repository repository = load_repository(
        "repository: acme/shop\n"
        "path: /srv/git/acme/../acme/shop.git/\n"
        "rules:\n"
        "  - name: checks\n"
        "    on:\n"
        "      push: {branches: [main, \"!wip\"], paths: [\"src/**\"]}\n"
        "      tag: {tags: [\"v*\"]}\n"
        "      merge_request: {target: [main], source: [a], changes: [merged], labels: [b]}\n"
        "      merge: {into: [main]}\n"
        "    skippable: false\n"
        "    actions: [{name: a, run: x}]\n"
        "  - {name: all, on: {push: , tag: {}}, actions: [{name: a, run: x}]}\n");
    CHECK(repository.name.text() == "acme/shop");
    CHECK(repository.path == "/srv/git/acme/shop.git");
    REQUIRE(repository.rules.size() == 2);
    const auto& checks = repository.rules[0];
    REQUIRE(checks.on.push);
    CHECK(checks.on.push->branches == std::vector<std::string>{"main", "!wip"});
    CHECK(checks.on.push->paths == std::vector<std::string>{"src/**"});
    REQUIRE(checks.on.tag);
    CHECK(checks.on.tag->tags == std::vector<std::string>{"v*"});
    REQUIRE(checks.on.merge_request);
    CHECK(checks.on.merge_request->target == std::vector<std::string>{"main"});
    CHECK(checks.on.merge_request->source == std::vector<std::string>{"a"});
    CHECK(checks.on.merge_request->changes == std::vector<std::string>{"merged"});
    CHECK(checks.on.merge_request->labels == std::vector<std::string>{"b"});
    REQUIRE(checks.on.merge);
    CHECK(checks.on.merge->into == std::vector<std::string>{"main"});
    CHECK_FALSE(checks.skippable);
    const auto& all = repository.rules[1];
    REQUIRE(all.on.push);
    CHECK(all.on.push->branches.empty());
    CHECK(all.on.tag);
    CHECK_FALSE(all.on.merge);
    CHECK(all.skippable);
}

TEST_CASE("a rule says what a redelivery does") {
    using hookd::Redelivery;
    const auto said = [](const std::string& line) {
        return load_repository("repository: acme/shop\nrules:\n  - name: a\n    on: {push: {}}\n" +
                               line + "    actions: [{name: b, workspace: none, run: [x]}]\n")
            .rules.at(0)
            .redelivery;
    };
    CHECK(said("") == Redelivery::ignore);
    CHECK(said("    redelivery: ignore\n") == Redelivery::ignore);
    CHECK(said("    redelivery: rerun_failed\n") == Redelivery::rerun_failed);
    CHECK(said("    redelivery: rerun\n") == Redelivery::rerun);
    ConfigurationFolder folder;
    folder.write("repos.d/shop.yaml",
                 "repository: acme/shop\nrules:\n  - name: a\n    on: {push: {}}\n"
                 "    redelivery: always\n"
                 "    actions: [{name: b, workspace: none, run: [x]}]\n");
    REQUIRE(folder.problems().size() == 1);
    CHECK(folder.problems().at(0).find("rerun_failed") != std::string::npos);
}

TEST_CASE("an action carries everything its handler needs, with the defaults merged in") {
    const Repository repository = load_repository(
        "repository: acme/shop\n"
        "path: /srv/git/acme/shop.git\n"
        "defaults: {timeout: 1m, shell: [/bin/bash, -e], env: {TZ: UTC, A: \"1\"}}\n"
        "rules:\n"
        "  - name: all\n"
        "    on: {push: }\n"
        "    actions:\n"
        "      - {name: a, run: \"echo {secret.X} $(id)\", timeout: 90s, env: {A: \"2\", B: "
        "\"3\"}}\n"
        "      - {name: b, lint: {run: [make, lint]}, workspace: none}\n"
        "      - {name: c, tag: {}}\n"
        "      - {name: d, tag: {prefix: \"\", bump: minor, first: 1.0.0}}\n"
        "      - name: e\n"
        "        deploy:\n"
        "          environment: live\n"
        "          to: {path: /srv/www/../www/shop/}\n"
        "          check: {run: [probe]}\n"
        "          from: dist\n");
    const auto& actions = repository.rules.at(0).actions;
    REQUIRE(actions.size() == 5);
    using json = nlohmann::json;
    CHECK(actions[0].handler == "run");
    CHECK(actions[0].timeout == 90s);
    // T045: a value is not looked into; it is what the author wrote.
    CHECK(spec_of(actions[0]) == json{{"settings", "echo {secret.X} $(id)"},
                                      {"shell", {"/bin/bash", "-e"}},
                                      {"env", {{"TZ", "UTC"}, {"A", "2"}, {"B", "3"}}},
                                      {"workspace", "clean"}});
    CHECK(actions[1].handler == "lint");
    CHECK(actions[1].timeout == 1min);
    CHECK(actions[1].workspace == Workspace::none);
    CHECK(spec_of(actions[1]) == json{{"settings", {{"run", {"make", "lint"}}}},
                                      {"shell", {"/bin/bash", "-e"}},
                                      {"env", {{"TZ", "UTC"}, {"A", "1"}}},
                                      {"workspace", "none"}});
    CHECK(spec_of(actions[2])["settings"] ==
          json{{"scheme", "semver"}, {"prefix", "v"}, {"bump", "patch"}, {"first", "0.1.0"}});
    CHECK(spec_of(actions[3])["settings"] ==
          json{{"scheme", "semver"}, {"prefix", ""}, {"bump", "minor"}, {"first", "1.0.0"}});
    CHECK(actions[4].environment == "live");
    CHECK(spec_of(actions[4])["settings"] ==
          json{{"environment", "live"},
               {"to", {{"path", "/srv/www/shop"}}},
               {"check", {{"run", {"probe"}}, {"within", "30s"}}},
               {"from", "dist"},
               {"keep", 5},
               {"on_check_failure", "rollback"}});
}

TEST_CASE("actions stand behind what they need, and otherwise in the order of the file") {
    const Repository repository = load_repository(
        "repository: acme/shop\n"
        "path: /srv/git/acme/shop.git\n"
        "rules:\n"
        "  - name: all\n"
        "    on: {push: }\n"
        "    actions:\n"
        "      - {name: ship, run: x, needs: [test, lint], when: always}\n"
        "      - {name: free, run: x}\n"
        "      - {name: test, run: x, needs: [build]}\n"
        "      - {name: lint, run: x}\n"
        "      - {name: build, run: x}\n"
        "      - {name: last, run: x, needs: [free], when: failure}\n");
    const auto& actions = repository.rules.at(0).actions;
    CHECK(names_of(actions) ==
          std::vector<std::string>{"free", "lint", "build", "test", "ship", "last"});
    REQUIRE(actions[4].needs.size() == 2);
    CHECK(actions[4].needs[0].action == "test");
    CHECK(actions[4].needs[1].action == "lint");
    CHECK(actions[4].needs[1].condition == NeedCondition::always);
    CHECK(actions[3].needs.at(0).condition == NeedCondition::success);
    CHECK(actions[5].needs.at(0).condition == NeedCondition::failure);
}

TEST_CASE("a rule's hash follows what it says, not how it is written") {
    const auto hash_of = [](const std::string& rule) {
        return load_repository("repository: acme/shop\npath: /srv/shop.git\nrules:\n" + rule)
            .rules.at(0)
            .hash;
    };
    const std::string hash = hash_of("  - {name: a, on: {push: }, actions: [{name: b, run: x}]}\n");
    CHECK(hash.size() == 64);
    CHECK(hash == hash_of("  - actions:\n"
                          "      # words\n"
                          "      - {run: 'x', name: b}\n"
                          "    on:\n"
                          "      push:\n"
                          "    name: a\n"));
    CHECK(hash != hash_of("  - {name: a, on: {push: }, actions: [{name: b, run: y}]}\n"));
    CHECK(hash != hash_of("  - {name: a, on: {push: {}}, actions: [{name: b, run: x}]}\n"));
}

TEST_CASE("a repository's own endpoint speaks for it alone") {
    ConfigurationFolder folder;
    folder.write("repos.d/shop.yaml",
                 "repository: acme/shop\n"
                 "webhook: {provider: gitlab, secret: {file: ../secrets/shop}}\n");
    const Configuration configuration = load(folder);
    REQUIRE(configuration.endpoints.size() == 1);
    CHECK(configuration.endpoints[0].path == "/hooks/gitlab/acme/shop");
    CHECK(configuration.endpoints[0].provider == "gitlab");
    CHECK(configuration.endpoints[0].repositories == std::vector<std::string>{"acme/shop"});
}

TEST_CASE("a repository is found by its name and by its folder") {
    ConfigurationFolder folder;
    std::filesystem::create_directories(folder / "git" / "shop.git");
    std::filesystem::create_directory_symlink(folder / "git", folder / "link");
    folder.write("repos.d/shop.yaml",
                 "repository: acme/shop\npath: " + (folder / "link/shop.git").string() + "\n");
    folder.write("repos.d/other.yaml", "repository: acme/other\n");
    const Configuration configuration = load(folder);
    const auto name = hookd::RepositoryName::parse("acme/shop");
    REQUIRE(name);
    const Repository* shop = configuration.find(*name);
    REQUIRE(shop != nullptr);
    CHECK(configuration.find_by_path(folder / "git/shop.git") == shop);
    CHECK(configuration.find_by_path(folder / "git/../link/shop.git") == shop);
    CHECK(configuration.find_by_path(folder / "git") == nullptr);
    CHECK(configuration.find(*hookd::RepositoryName::parse("acme/none")) == nullptr);
}

TEST_CASE("files are taken in the order of their names, hidden ones not at all") {
    ConfigurationFolder folder;
    folder.write("repos.d/zoo.yaml", "repository: acme/zoo\n");
    folder.write("repos.d/alps.yaml", "repository: acme/alps\n");
    folder.write("repos.d/.#shop.yaml", "not: finished\n");
    folder.write("repos.d/shop.yaml~", "not: finished\n");
    const Configuration configuration = load(folder);
    REQUIRE(configuration.repositories.size() == 3);
    CHECK(configuration.repositories[0].name.text() == "acme/alps");
    CHECK(configuration.repositories[1].name.text() == "acme/shop");
    CHECK(configuration.repositories[2].name.text() == "acme/zoo");
}

TEST_CASE("T095 YAML cut off anywhere is read whole or refused") {
    const std::string text =
        "repository: acme/shop\n"
        "path: \"/srv/git/shop.git\"\n"
        "rules:\n"
        "  - name: checks\n"
        "    on: {push: {branches: ['main', \"a b\"]}}\n"
        "    actions:\n"
        "      - {name: lint, run: [make]}\n";
    ConfigurationFolder folder;
    folder.write("repos.d/shop.yaml", text);
    const std::string whole = load(folder).repositories.at(0).rules.at(0).hash;
    for (std::size_t size = 0; size < text.size(); ++size) {
        INFO(size);
        folder.write("repos.d/shop.yaml", text.substr(0, size));
        const auto result = folder.load();
        const auto* configuration = std::get_if<Configuration>(&result);
        if (configuration == nullptr) {
            CHECK_FALSE(std::get<hookd::config::Problems>(result).empty());
            continue;
        }
        // Only a file that ends between two keys can pass for a whole one.
        const Repository& repository = configuration->repositories.at(0);
        CHECK((repository.rules.empty() || repository.rules[0].hash == whole));
        CHECK((repository.path.empty() || repository.path == "/srv/git/shop.git"));
    }
}

TEST_CASE("a repository says where it lives elsewhere") {
    CHECK_FALSE(load_repository("repository: acme/shop\n").clone);
    const auto plain =
        load_repository("repository: acme/shop\nclone: https://forge.test/acme/shop.git/\n");
    REQUIRE(plain.clone);
    CHECK(plain.clone->url == "https://forge.test/acme/shop.git");
    CHECK_FALSE(plain.clone->password);
    CHECK_FALSE(plain.clone->allow_private);
    const Variable password("HOOKD_TEST_PASSWORD", "0123456789abcdef");
    const auto whole = load_repository(
        "repository: acme/shop\n"
        "clone: {url: \"https://forge.test/s.git\", user: bot, allow_private: true,\n"
        "        password: {env: HOOKD_TEST_PASSWORD}}\n");
    REQUIRE(whole.clone);
    CHECK(whole.clone->user == "bot");
    CHECK(whole.clone->password->reveal() == "0123456789abcdef");
    CHECK(whole.clone->allow_private);
}

TEST_CASE("a server file says how often refs are compared") {
    const auto every = [](const std::string& text) {
        ConfigurationFolder folder;
        folder.write("hookd.yaml", text);
        return load(folder).server.reconcile_every;
    };
    CHECK(every("worker: {slots: 2}\n") == hookd::Milliseconds{600'000});
    CHECK(every("reconcile: {every: 1h}\n") == hookd::Milliseconds{3'600'000});
    CHECK_FALSE(every("reconcile: {every: \"off\"}\n"));
}
