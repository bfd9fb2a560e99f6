#include "tests/support/catch.hpp"
#include "tests/unit/config/configuration_folder.hpp"

#include <stdlib.h>

#include <string>
#include <vector>

using hookd::test::ConfigurationFolder;
using std::filesystem::perms;
using Lines = std::vector<std::string>;

namespace {

Lines problems_of(const std::string& text) {
    ConfigurationFolder folder;
    folder.write("hookd.yaml", text);
    return folder.problems();
}

/// A server file whose endpoint has this secret; it begins at 5:13.
std::string with_secret(const std::string& secret) {
    return "webhooks:\n"
           "  - path: /hooks/acme\n"
           "    provider: github\n"
           "    repositories: [\"acme/*\"]\n"
           "    secret: " +
           secret + "\n";
}

/// A variable of the environment for one test.
class Variable {
  public:
    Variable(const char* name, const std::string& value) : name_(name) {
        ::setenv(name, value.c_str(), 1);
    }
    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;
    ~Variable() { ::unsetenv(name_); }

  private:
    const char* name_;
};

}  // namespace

TEST_CASE("the server file's keys and values are checked with their places") {
    CHECK(problems_of("stat: x\nlisten: {webhooks: {adress: a}, web: {}}\nworker: {slots: 0}\n"
                      "limits: {body: 25, log: 12B, actions_per_push: 10001}\n"
                      "queue: postgresql://host/hookd\n") ==
          Lines{"hookd.yaml:1:1: unknown key \"stat\": did you mean \"state\"?",
                "hookd.yaml:2:21: unknown key \"adress\": did you mean \"address\"?",
                "hookd.yaml:2:33: \"web\" is not supported by this version",
                "hookd.yaml:3:17: \"slots\" is 0, but must be at least 1",
                "hookd.yaml:4:16: \"body\" is the number 25, but must be a text, such as "
                "\"25MiB\"",
                "hookd.yaml:4:25: \"log\" is \"12B\", but must be at least 1KiB",
                "hookd.yaml:4:48: \"actions_per_push\" is 10001, but must be at most 10000",
                "hookd.yaml:5:1: \"queue\" is not supported by this version"});
}

TEST_CASE("an address that is none is refused") {
    for (const char* address : {"8080", ":8080", "::1:8080", "[::1]", "[]:80", "[127.0.0.1]:80",
                                "a b:80", "host:", "host:65536", "host:-1", "host:http", "[::1"}) {
        INFO(address);
        const Lines lines =
            problems_of("listen: {webhooks: {address: \"" + std::string(address) + "\"}}\n");
        REQUIRE(lines.size() == 1);
        CHECK(lines[0].substr(0, 17) == "hookd.yaml:1:30: ");
    }
    for (const char* address :
         {"localhost:0", "127.0.0.1:65535", "[fe80::1]:1", "a-b.example:80"}) {
        CHECK(problems_of("listen: {webhooks: {address: \"" + std::string(address) + "\"}}\n")
                  .empty());
    }
}

TEST_CASE("an endpoint's path is plain and its own") {
    for (const char* path :
         {"/", "/hooks", "/hooks/", "hooks/a", "/hook/a", "/hooks//a", "/hooks/a/", "/hooks/../a",
          "/hooks/./a", "/hooks/a?b", "/hooks/a b", "/hooks/a%2F", "/hooks/\xC3\xA9"}) {
        INFO(path);
        const Lines lines = problems_of(
            "webhooks:\n"
            "  - path: \"" +
            std::string(path) +
            "\"\n"
            "    provider: github\n"
            "    repositories: [\"*\"]\n"
            "    secret: {file: secrets/shop}\n");
        REQUIRE(lines.size() == 1);
        CHECK(lines[0].find("hookd.yaml:2:11: \"") == 0);
        CHECK(lines[0].find("is no path of an endpoint") != std::string::npos);
    }
    ConfigurationFolder folder;
    folder.write("hookd.yaml",
                 "webhooks:\n"
                 "  - {path: /hooks/a, provider: github, repositories: [a], secret: {file: "
                 "secrets/shop}}\n"
                 "  - {path: /hooks/a, provider: github, repositories: [a], secret: {file: "
                 "secrets/shop}}\n"
                 "  - {path: /hooks/github/b, provider: github, repositories: [a], secret: {file: "
                 "secrets/shop}}\n");
    folder.write("repos.d/b.yaml",
                 "repository: b\nwebhook: {provider: github, secret: {file: ../secrets/shop}}\n");
    CHECK(folder.problems() ==
          Lines{"hookd.yaml:3:12: the endpoint \"/hooks/a\" is taken in line 2: choose another",
                "repos.d/b.yaml:2:10: the endpoint \"/hooks/github/b\" is taken in hookd.yaml, "
                "line 4: choose another"});
}

TEST_CASE("repositories have one file, one name, one folder") {
    ConfigurationFolder folder;
    folder.write("repos.d/again.yaml", ConfigurationFolder::k_repository);
    CHECK(folder.problems() ==
          Lines{"repos.d/shop.yaml:1:13: the repository \"acme/shop\" is taken in "
                "repos.d/again.yaml, line 1: choose another",
                "repos.d/shop.yaml:2:7: the path \"/srv/git/acme/shop.git\" is taken in "
                "repos.d/again.yaml, line 2: choose another"});
}

TEST_CASE("files that are named but not there are reported, an empty folder is not") {
    CHECK(problems_of("repositories: [repos.d/shop.yaml, repos.d/gone.yaml, none/*.yaml]\n") ==
          Lines{"hookd.yaml:1:35: there is no file \"repos.d/gone.yaml\""});
    ConfigurationFolder folder;
    folder.remove("hookd.yaml");
    CHECK(folder.problems() ==
          Lines{"hookd.yaml: cannot read \"hookd.yaml\": No such file or directory"});
    std::filesystem::create_directory(folder / "hookd.yaml");
    CHECK(folder.problems() == Lines{"hookd.yaml: \"hookd.yaml\" is not a regular file"});
}

TEST_CASE("a folder whose name looks like a pattern is taken as it is") {
    ConfigurationFolder folder;
    for (const char* name : {"a[b]", "a*", "a\\b"}) {
        const std::filesystem::path inner = name;
        folder.write(inner / "hookd.yaml", "repositories: \"*.json\"\n");
        folder.write(inner / "one.json", "{\"repository\": \"acme/one\"}");
        const auto result = hookd::config::load(folder / inner / "hookd.yaml");
        const auto* configuration = std::get_if<hookd::config::Configuration>(&result);
        REQUIRE(configuration != nullptr);
        CHECK(configuration->repositories.size() == 1);
    }
}

TEST_CASE("every problem of every file is listed, in order, none twice") {
    ConfigurationFolder folder;
    folder.write("hookd.yaml", "worker: {slots: x}\nnone: 1\n");
    folder.write("repos.d/a.yaml", "repository: /\nzzz: 1\naaa: 1\n");
    folder.write("repos.d/b.yaml", "repository: [\n");
    const Lines lines = folder.problems();
    REQUIRE(lines.size() == 6);
    CHECK(lines[0].find("hookd.yaml:1:17: ") == 0);
    CHECK(lines[1].find("hookd.yaml:2:1: ") == 0);
    CHECK(lines[2].find("repos.d/a.yaml:1:13: ") == 0);
    CHECK(lines[3].find("repos.d/a.yaml:2:1: ") == 0);
    CHECK(lines[4].find("repos.d/a.yaml:3:1: ") == 0);
    CHECK(lines[5].find("repos.d/b.yaml:2:1: not valid YAML") == 0);
}

TEST_CASE("T002 a missing, empty or short secret is refused") {
    CHECK(problems_of("webhooks: [{path: /hooks/a, provider: github, repositories: [a]}]\n") ==
          Lines{"hookd.yaml:1:12: \"secret\" is missing in an item of \"webhooks\""});
    CHECK(problems_of(with_secret("[]")) == Lines{"hookd.yaml:5:13: \"secret\" is an empty list"});
    CHECK(problems_of(with_secret("{}")) ==
          Lines{"hookd.yaml:5:13: \"secret\" needs \"credential\", \"env\" or \"file\""});
    CHECK(problems_of(with_secret("{file: a, env: B}")) ==
          Lines{"hookd.yaml:5:13: \"secret\" can have one of \"credential\", \"env\" and \"file\" "
                "only, here are \"env\" and \"file\""});
    CHECK(problems_of(with_secret("hunter2hunter2hunter2")).at(0).find("is the text") !=
          std::string::npos);
    CHECK(problems_of(with_secret("[{file: secrets/shop}, {file: secrets/shop}, {file: "
                                  "secrets/shop}]")) ==
          Lines{"hookd.yaml:5:13: \"secret\" has 3 items, but at most 2 are possible"});
    CHECK(problems_of(with_secret("{file: secrets/none}")) ==
          Lines{"hookd.yaml:5:13: cannot read \"secrets/none\": No such file or directory"});

    ConfigurationFolder folder;
    folder.write("hookd.yaml",
                 with_secret("[{file: secrets/shop}, {file: secrets/short, until: 2026-12-31}]"));
    folder.write("secrets/short", "0123456789abcde\n", perms(0600));
    const Lines expected = {
        "hookd.yaml:5:36: the secret of \"secrets/short\" has 15 bytes, but "
        "must have at least 16: openssl rand -hex 32 makes a good one"};
    CHECK(folder.problems() == expected);
    folder.write("secrets/short", "0123456789abcdef", perms(0600));
    CHECK(folder.problems().empty());
    folder.write("secrets/short", "\n", perms(0600));
    CHECK(folder.problems().size() == 1);
    folder.write("secrets/short", "", perms(0600));
    CHECK(folder.problems().size() == 1);
}

TEST_CASE("a secret comes from the environment or from systemd's credentials") {
    const std::string secret(16, 's');
    CHECK(problems_of(with_secret("{env: HOOKD_TEST_UNSET}")) ==
          Lines{"hookd.yaml:5:13: the variable \"HOOKD_TEST_UNSET\" is not set in hookd's "
                "environment"});
    {
        const Variable variable("HOOKD_TEST_SECRET", secret);
        CHECK(problems_of(with_secret("{env: HOOKD_TEST_SECRET}")).empty());
    }
    {
        const Variable variable("HOOKD_TEST_SECRET", "");
        CHECK(problems_of(with_secret("{env: HOOKD_TEST_SECRET}")).size() == 1);
    }
    CHECK(problems_of(with_secret("{credential: shop}")) ==
          Lines{"hookd.yaml:5:13: there is no credential \"shop\": CREDENTIALS_DIRECTORY is not "
                "set; systemd sets it for a unit with LoadCredential="});
    ConfigurationFolder folder;
    const Variable variable("CREDENTIALS_DIRECTORY", (folder / "secrets").string());
    CHECK(problems_of(with_secret("{credential: shop}")).empty());
    CHECK(problems_of(with_secret("{credential: ../secrets/shop}")).size() == 1);
}

TEST_CASE("T005 a token that is sent as it is needs a listener on loopback") {
    const auto server = [](const std::string& address) {
        return "listen: {webhooks: {address: \"" + address +
               "\"}}\n"
               "webhooks:\n"
               "  - {path: /hooks/a, provider: gitlab, repositories: [a], secret: {file: "
               "secrets/shop}}\n";
    };
    CHECK(problems_of(server("0.0.0.0:80")) ==
          Lines{"hookd.yaml:3:12: this endpoint's token would cross the network readable, for the "
                "listener is not on loopback but on \"0.0.0.0\": give the listener \"tls\", listen "
                "on 127.0.0.1 behind a proxy with TLS, or use a signing token (whsec_...)"});
    for (const char* address : {"[::]:80", "192.0.2.1:80", "127.example:80"}) {
        CHECK(problems_of(server(address)).size() == 1);
    }
    for (const char* address : {"127.0.0.1:80", "127.1.2.3:80", "[::1]:80", "localhost:80"}) {
        CHECK(problems_of(server(address)).empty());
    }
    ConfigurationFolder folder;
    folder.write("hookd.yaml", server("0.0.0.0:80"));
    folder.write("secrets/shop", "whsec_MDEyMzQ1Njc4OWFiY2RlZg==\n", perms(0600));
    CHECK(folder.problems().empty());
    folder.write("repos.d/shop.yaml",
                 "repository: a\nwebhook: {provider: gitlab, secret: {file: ../secrets/token}}\n");
    folder.write("secrets/token", "0123456789abcdef", perms(0600));
    CHECK(folder.problems().size() == 1);
}

TEST_CASE("T096 files that others could have written are refused") {
    struct Row {
        const char* file;
        unsigned mode;
        bool accepted;
    };
    for (const Row& row :
         {Row{"hookd.yaml", 0644, true}, Row{"hookd.yaml", 0400, true},
          Row{"hookd.yaml", 0664, false}, Row{"hookd.yaml", 0646, false},
          Row{"repos.d/shop.yaml", 0640, true}, Row{"repos.d/shop.yaml", 0666, false},
          Row{"secrets/shop", 0600, true}, Row{"secrets/shop", 0400, true},
          Row{"secrets/shop", 0640, true}, Row{"secrets/shop", 0644, false},
          Row{"secrets/shop", 0604, false}, Row{"secrets/shop", 0620, false},
          Row{"secrets/shop", 0602, false}, Row{"repos.d", 0755, true}, Row{"repos.d", 0775, false},
          Row{"repos.d", 0757, false}, Row{"repos.d", 01777, true}, Row{"secrets", 0770, false}}) {
        INFO(row.file << " " << std::oct << row.mode);
        ConfigurationFolder folder;
        folder.write("hookd.yaml", with_secret("{file: secrets/shop}"));
        std::filesystem::permissions(folder / row.file, perms(row.mode));
        CHECK(folder.problems().empty() == row.accepted);
    }
    ConfigurationFolder folder;
    folder.write("hookd.yaml", with_secret("{file: secrets/shop}"));
    folder.write("secrets/shop", ConfigurationFolder::k_secret, perms(0644));
    CHECK(folder.problems() ==
          Lines{"hookd.yaml:5:13: \"secrets/shop\" can be read or written by others: chmod 600 "
                "secrets/shop"});
    std::filesystem::permissions(folder / "hookd.yaml", perms(0666));
    CHECK(folder.problems() ==
          Lines{"hookd.yaml: \"hookd.yaml\" can be written by others: chmod go-w hookd.yaml"});
}

TEST_CASE("a message never holds a secret") {
    ConfigurationFolder folder;
    folder.write("hookd.yaml", with_secret("[{file: secrets/shop}, {file: secrets/short}]"));
    folder.write("secrets/short", "hunter2", perms(0600));
    for (const std::string& line : folder.problems()) {
        CHECK(line.find("hunter2") == std::string::npos);
        CHECK(line.find(ConfigurationFolder::k_secret) == std::string::npos);
    }
}
