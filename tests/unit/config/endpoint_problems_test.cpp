// What an endpoint may be told, and what is refused with words.
#include "core/base/clock.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/config/configuration_folder.hpp"

#include <string>
#include <vector>

using namespace hookd;
using namespace hookd::config;
using test::ConfigurationFolder;
using Lines = std::vector<std::string>;

namespace {

/// A shared endpoint with these further keys, which stand in line 3 behind column 5.
std::string with(const std::string& keys, const std::string& provider = "github",
                 const std::string& secret = "{file: secrets/shop}") {
    return "webhooks:\n  - {path: /hooks/a, provider: " + provider + ", repositories: [a],\n     " +
           keys + (keys.empty() ? "" : ", ") + "secret: " + secret + "}\n";
}

/// With this server file, and a second secret.
class Folder : public ConfigurationFolder {
  public:
    explicit Folder(const std::string& server) {
        write("secrets/old", "fedcba9876543210", std::filesystem::perms(0600));
        write("hookd.yaml", server);
    }
};

Lines problems_of(const std::string& server) {
    return Folder(server).problems();
}

Endpoint endpoint_of(const std::string& server) {
    const Folder folder(server);
    INFO((folder.problems().empty() ? std::string() : folder.problems().front()));
    auto result = folder.load();
    return std::move(std::get<Configuration>(result).endpoints.at(0));
}

std::string end_of(const std::string& until) {
    const Endpoint endpoint = endpoint_of(
        with("", "github", "[{file: secrets/shop}, {file: secrets/old, until: " + until + "}]"));
    CHECK_FALSE(endpoint.secrets.at(0).until);
    return to_rfc3339(endpoint.secrets.at(1).until.value());
}

}  // namespace

TEST_CASE("T009 a date ends with its day, a time at its moment") {
    CHECK(end_of("2026-12-31") == "2027-01-01T00:00:00.000Z");
    CHECK(end_of("2028-02-28") == "2028-02-29T00:00:00.000Z");
    CHECK(end_of("\"2026-12-31T18:00:00Z\"") == "2026-12-31T18:00:00.000Z");
    CHECK(end_of("2026-12-31T18:00:00+02:00") == "2026-12-31T16:00:00.000Z");
}

TEST_CASE("T009 an end that is none is refused at its place") {
    for (const char* until : {"2026-02-30", "2026-13-01", "soon", "2026-1-1", "31.12.2026",
                              "2026-12-31T18:00", "tomorrow"}) {
        INFO(until);
        const auto lines = problems_of(
            with("", "github",
                 "[{file: secrets/shop}, {file: secrets/old, until: " + std::string(until) + "}]"));
        REQUIRE(lines.size() == 1);
        CHECK(lines[0].find("hookd.yaml:3:64: \"") == 0);
        CHECK(lines[0].find("is neither a date nor a time") != std::string::npos);
    }
    CHECK(problems_of(with("", "github", "[{file: secrets/shop}, {file: secrets/old, until: 5}]"))
              .at(0) ==
          "hookd.yaml:3:64: \"until\" is the number 5, but must be a text, such as "
          "\"2026-12-31\"");
    CHECK(problems_of(with("", "github", "{until: 2026-12-31}")) ==
          Lines{"hookd.yaml:3:14: \"secret\" needs \"credential\", \"env\" or \"file\""});
}

TEST_CASE("T009 of two secrets the old one has an end and the new one has none") {
    CHECK(problems_of(with("", "github", "[{file: secrets/shop}, {file: secrets/old}]")) ==
          Lines{"hookd.yaml:3:14: neither of the two secrets has an end: the old one must have "
                "\"until\", such as until: 2026-12-31"});
    CHECK(problems_of(with("", "github",
                           "[{file: secrets/shop, until: 2026-12-31}, {file: secrets/old, until: "
                           "2026-12-30}]")) ==
          Lines{"hookd.yaml:3:14: both secrets have an end, and after it nobody could send: the "
                "new one must have no \"until\""});
    CHECK(problems_of(with("", "github", "{file: secrets/shop, until: 2026-12-31}")).size() == 1);
    CHECK(problems_of(with("", "github",
                           "[{file: secrets/shop}, {file: secrets/shop, until: 2026-12-31}]")) ==
          Lines{"hookd.yaml:3:14: both secrets are the same one, so that its end would change "
                "nothing"});
    // One that ended long ago may stay in the file; their order says nothing.
    CHECK(problems_of(
              with("", "github", "[{file: secrets/old, until: 2001-01-01}, {file: secrets/shop}]"))
              .empty());
}

TEST_CASE("a clone's password has no end") {
    ConfigurationFolder folder;
    folder.write("repos.d/shop.yaml",
                 "repository: a\nclone: {url: \"https://git.test/a.git\", password: {file: "
                 "../secrets/shop, until: 2026-12-31}}\n");
    REQUIRE(folder.problems().size() == 1);
    CHECK(folder.problems()[0].find("unknown key \"until\"") != std::string::npos);
}

TEST_CASE("an endpoint has peers, a rate, a limit and forms of its own, wherever it stands") {
    const std::string keys =
        "peers: [192.0.2.0/24, \"2001:db8::/32\", 203.0.113.9], rate: {per_minute: 120, burst: "
        "30}, body: 1MiB, content: [json], legacy_sha1: true";
    Folder folder(with(keys));
    folder.write("repos.d/own.yaml", "repository: b\nwebhook: {provider: github, " + keys +
                                         ", secret: {file: ../secrets/shop}}\n");
    const auto result = folder.load();
    REQUIRE(folder.problems().empty());
    for (const Endpoint& endpoint : std::get<Configuration>(result).endpoints) {
        INFO(endpoint.path);
        CHECK(endpoint.peers == Lines{"192.0.2.0/24", "2001:db8::/32", "203.0.113.9"});
        REQUIRE(endpoint.rate);
        CHECK(endpoint.rate->per_minute == 120);
        CHECK(endpoint.rate->burst == 30);
        CHECK(endpoint.body_bytes == 1'048'576);
        CHECK(endpoint.content == std::vector{BodyForm::json});
        CHECK(endpoint.legacy_sha1 == LegacySha1::yes);
    }
    CHECK(std::get<Configuration>(result).endpoints.size() == 2);
    const Endpoint plain = endpoint_of(with(""));
    CHECK(plain.peers.empty());
    CHECK_FALSE(plain.rate);
    CHECK_FALSE(plain.body_bytes);
    CHECK(plain.content.empty());
    CHECK(plain.legacy_sha1 == LegacySha1::no);
    CHECK(endpoint_of(with("rate: {per_minute: 7}")).rate->burst == 7);
}

TEST_CASE("T011 ranges of addresses that are none are refused at their place") {
    for (const char* range :
         {"192.0.2.0/33", "192.0.2.0/", "192.0.2", "192.0.2.0/-1", "any", "example.test",
          "2001:db8::/129", "fe80::1%eth0", "::/x", "unix", "192.0.2.0/24/8", "0192.0.2.1"}) {
        INFO(range);
        const auto lines = problems_of(with("peers: [\"" + std::string(range) + "\"]"));
        REQUIRE(lines.size() == 1);
        CHECK(lines[0].find("hookd.yaml:3:14: \"" + std::string(range)) == 0);
        CHECK(lines[0].find("is no range of addresses") != std::string::npos);
    }
    CHECK(problems_of(with("peers: [192.0.2.1/24]")) ==
          Lines{"hookd.yaml:3:14: \"192.0.2.1/24\" has bits set behind its prefix: the range that "
                "it lies in is 192.0.2.0/24"});
    CHECK(problems_of(with("peers: []")) == Lines{"hookd.yaml:3:13: \"peers\" is an empty list"});
}

TEST_CASE("T011 proxies are listed by address, and the word unix is for Unix sockets") {
    const Folder folder("listen: {proxies: [127.0.0.1, \"::1\", 10.0.0.0/8, unix]}\n");
    const auto result = folder.load();
    CHECK(std::get<Configuration>(result).server.proxies ==
          Lines{"127.0.0.1", "::1", "10.0.0.0/8", "unix"});
    CHECK(problems_of("listen: {proxies: [localhost]}\n").at(0).find("hookd.yaml:1:20: ") == 0);
    CHECK(problems_of("listen: {proxies: 127.0.0.1}\n").at(0).find("must be a list") !=
          std::string::npos);
}

TEST_CASE("T022 a rate is two positive numbers") {
    CHECK(problems_of(with("rate: {per_minute: 0, burst: 1000001}")) ==
          Lines{"hookd.yaml:3:25: \"per_minute\" is 0, but must be at least 1",
                "hookd.yaml:3:35: \"burst\" is 1000001, but must be at most 1000000"});
    CHECK(problems_of(with("rate: {burst: 5}")) ==
          Lines{"hookd.yaml:3:12: \"per_minute\" is missing in \"rate\""});
    CHECK(problems_of(with("rate: 5")).size() == 1);
}

TEST_CASE("T016 an endpoint's limit for bodies is lower than the server's") {
    CHECK(problems_of("limits: {body: 1MiB}\n" + with("body: 1MiB")).empty());
    CHECK(problems_of("limits: {body: 1MiB}\n" + with("body: 2MiB")) ==
          Lines{"hookd.yaml:4:12: \"body\" is more than the server's \"limits.body\" of 1048576 "
                "bytes lets in: it can only be less"});
    CHECK(problems_of(with("body: 100B")).at(0).find("must be at least 1KiB") != std::string::npos);
}

TEST_CASE("T017 forms of the body are json and form, and form only where forms are sent") {
    CHECK(problems_of(with("content: [json, form]")).empty());
    CHECK(problems_of(with("content: [xml]")) ==
          Lines{"hookd.yaml:3:16: an item of \"content\" is \"xml\", but must be \"json\" or "
                "\"form\""});
    CHECK(problems_of(with("content: [json, form]", "bitbucket")) ==
          Lines{"hookd.yaml:3:22: \"bitbucket\" sends no forms: leave \"form\" out"});
}

TEST_CASE("T003 SHA-1 is for GitHub only") {
    CHECK(problems_of(with("legacy_sha1: true", "gitea")) ==
          Lines{"hookd.yaml:3:19: \"legacy_sha1\" is for the provider \"github\" only, which used "
                "to sign with SHA-1: leave it out"});
    CHECK(problems_of(with("legacy_sha1: false", "gitea")).empty());
    CHECK(problems_of(with("legacy_sha1: 1")).size() == 1);
}
