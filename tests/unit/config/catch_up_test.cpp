#include "config/load.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/config/configuration_folder.hpp"

#include <algorithm>

using hookd::config::CatchUp;
using hookd::config::Configuration;
using hookd::test::ConfigurationFolder;
using Lines = std::vector<std::string>;

namespace {

/// A folder with an endpoint of its own, or a shared one, that has this `catch_up`.
struct Folder : ConfigurationFolder {
    explicit Folder(const std::string& endpoint) {
        write("secrets/token", "token-0123456789abcdef\n", std::filesystem::perms(0600));
        if (endpoint.find("path:") == std::string::npos) {
            write("repos.d/shop.yaml",
                  "repository: acme/shop\nwebhook: {secret: {file: ../secrets/shop}, " + endpoint +
                      "}\n");
        } else {
            write("hookd.yaml",
                  "webhooks:\n  - {secret: {file: secrets/shop}, " + endpoint + "}\n");
        }
    }
};

CatchUp read(const std::string& endpoint) {
    const Folder folder(endpoint);
    auto loaded = folder.load();
    REQUIRE(std::holds_alternative<Configuration>(loaded));
    auto& configuration = std::get<Configuration>(loaded);
    REQUIRE(configuration.endpoints.size() == 1);
    REQUIRE(configuration.endpoints[0].catch_up);
    return *std::move(configuration.endpoints[0].catch_up);
}

/// The one problem, without its place.
std::string problem(const std::string& endpoint) {
    const Lines lines = Folder(endpoint).problems();
    REQUIRE(lines.size() == 1);
    const auto space = lines[0].find(": ");
    return lines[0].substr(space + 2);
}

const std::string k_own = "provider: github, catch_up: {token: {file: ../secrets/token}";
const std::string k_shared =
    "path: /hooks/acme, provider: gitlab, repositories: [\"acme/*\"], "
    "catch_up: {token: {file: secrets/token}";

}  // namespace

TEST_CASE("an endpoint says how its forge is asked for what did not come") {
    const CatchUp own = read(k_own + "}");
    CHECK(own.token.reveal() == "token-0123456789abcdef");
    CHECK(own.api == "https://api.github.com");
    CHECK(own.repository.empty());
    CHECK_FALSE(own.hook);
    CHECK_FALSE(own.allow_private);
    const CatchUp whole = read(k_own +
                               ", api: \"https://ghe.acme.test/api/v3/\", hook: 12345678901, "
                               "organization: acme, allow_private: true}");
    CHECK(whole.api == "https://ghe.acme.test/api/v3");
    CHECK(whole.owner == "acme");
    CHECK(whole.hook == 12345678901U);
    CHECK(whole.allow_private);
    const CatchUp shared = read(k_shared + ", group: acme/web}");
    CHECK(shared.api == "https://gitlab.com/api/v4");
    CHECK(shared.owner == "acme/web");
    CHECK(read(k_shared + ", repository: acme/all}").repository == "acme/all");
}

TEST_CASE("a catch_up that could not work is refused with what would be right") {
    CHECK(problem("provider: gitea, catch_up: {token: {file: ../secrets/token}}") ==
          "\"catch_up\" is for github and gitlab: the API of \"gitea\" sends nothing again. "
          "Comparing refs finds what did not come");
    CHECK(problem(k_shared + "}") == "say what the hook belongs to: \"repository\" or \"group\"");
    CHECK(problem(k_own + ", group: acme}") ==
          "github has no group: write \"repository\" or \"organization\"");
    CHECK(problem(k_own + ", organization: acme, repository: acme/shop}") ==
          "a hook belongs to a repository or to an organization, not to both");
    CHECK(problem(k_own + ", repository: ../users}").find("..") != std::string::npos);
    CHECK(problem(k_own + ", hook: 0}").find("hook") != std::string::npos);
    CHECK(problem("provider: github, catch_up: {hook: 1}").find("token") != std::string::npos);
    CHECK(problem(k_own + ", api: \"https://u:p@ghe.acme.test\"}").find("must not name a user") !=
          std::string::npos);
}

TEST_CASE("T005 a token does not travel unencrypted, but to this machine") {
    CHECK(problem(k_own + ", api: \"http://ghe.acme.test/api/v3\"}") ==
          "a secret must not travel unencrypted: use https");
    CHECK(read(k_own + ", api: \"http://127.0.0.1:8081\"}").api == "http://127.0.0.1:8081");
}

TEST_CASE("T002 a token that others can read, or that is not there, is refused and not shown") {
    Folder folder(k_own + "}");
    folder.write("secrets/token", "token-0123456789abcdef\n", std::filesystem::perms(0644));
    const Lines lines = folder.problems();
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].find("secrets/token") != std::string::npos);
    CHECK(lines[0].find("0123456789abcdef") == std::string::npos);
    folder.remove("secrets/token");
    CHECK(folder.problems().size() == 1);
}
