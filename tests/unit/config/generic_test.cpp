#include "tests/support/catch.hpp"
#include "tests/unit/config/configuration_folder.hpp"

#include <string>
#include <vector>

using hookd::test::ConfigurationFolder;
using namespace hookd::config;
using Lines = std::vector<std::string>;

namespace {

constexpr std::string_view k_head =
    "webhooks:\n"
    "  - path: /hooks/x\n"
    "    provider: generic\n"
    "    repositories: [\"acme/*\"]\n"
    "    secret: {file: secrets/shop}\n"
    "    generic:\n";

/// What is wrong with `generic` where it holds this; its first line is the seventh.
Lines problems_of(const std::string& generic) {
    ConfigurationFolder folder;
    folder.write("hookd.yaml", std::string(k_head) + generic);
    return folder.problems();
}

GenericSender sender_of(const std::string& generic) {
    ConfigurationFolder folder;
    folder.write("hookd.yaml", std::string(k_head) + generic);
    auto loaded = folder.load();
    if (const auto* const problems = std::get_if<Problems>(&loaded)) {
        FAIL(to_text(problems->front()));
    }
    return *std::get<Configuration>(loaded).endpoints.at(0).generic;
}

const FieldSource& source_of(const GenericSender& sender, std::string_view field) {
    for (const FieldSource& source : std::get<EventMap>(sender.mapping).fields) {
        if (source.field == field) {
            return source;
        }
    }
    throw std::runtime_error("no such field");
}

}  // namespace

TEST_CASE("a generic endpoint says how its sender is proven") {
    const auto plain = sender_of("      signature: {header: X-Sig}\n");
    CHECK(plain.proof == SenderProof(SignatureHeader{"X-Sig"}));
    CHECK(std::get<EventMap>(plain.mapping).fields.empty());
    CHECK(plain.repository.empty());
    const auto full = sender_of(
        "      signature: {header: X-Sig, algorithm: sha512, prefix: \"v0=\", encoding: base64}\n"
        "      headers: {event: X-Event, delivery: X-Id}\n");
    CHECK(full.proof == SenderProof(SignatureHeader{"X-Sig", SignatureHash::sha512,
                                                    "v0=", SignatureText::base64}));
    CHECK(full.event_header == "X-Event");
    CHECK(full.delivery_header == "X-Id");
    const auto token = sender_of("      token: {header: Authorization, prefix: \"Bearer \"}\n");
    CHECK(token.proof == SenderProof(TokenHeader{"Authorization", "Bearer "}));
}

TEST_CASE("a map tells places from constants") {
    const auto sender = sender_of(
        "      signature: {header: X-Sig}\n"
        "      map:\n"
        "        kind: {at: /type, words: {merge: merge_request}}\n"
        "        repository: {value: acme/shop}\n"
        "        ref: /a~1b/0/m~0n\n"
        "        merge_request: {number: /id, draft: {value: true}, source: {branch: /from}}\n"
        "        commits: {at: /log, id: /sha, author: {name: /by}}\n");
    CHECK(std::get<JsonPointer>(source_of(sender, "ref").from) == JsonPointer{"a/b", "0", "m~n"});
    CHECK(std::get<std::string>(source_of(sender, "repository").from) == "acme/shop");
    CHECK(std::get<bool>(source_of(sender, "merge_request/draft").from));
    CHECK(std::get<JsonPointer>(source_of(sender, "merge_request/source/branch").from) ==
          JsonPointer{"from"});
    CHECK(source_of(sender, "kind").words.at("merge") == "merge_request");
    const auto& commits = std::get<EventMap>(sender.mapping).commits;
    REQUIRE(commits.size() == 1);
    CHECK(commits[0].at == JsonPointer{"log"});
    REQUIRE(commits[0].fields.size() == 2);
    CHECK(commits[0].fields[1].field == "author/name");
}

TEST_CASE("a repository's own generic endpoint knows whose events it brings") {
    ConfigurationFolder folder;
    folder.write("repos.d/shop.yaml",
                 "repository: acme/shop\n"
                 "webhook:\n"
                 "  provider: generic\n"
                 "  secret: {file: ../secrets/shop}\n"
                 "  generic: {signature: {header: X-Sig}, map: {ref: /ref, after: /head}}\n");
    const auto loaded = folder.load();
    REQUIRE(std::holds_alternative<Configuration>(loaded));
    const auto& endpoint = std::get<Configuration>(loaded).endpoints.at(0);
    CHECK(endpoint.path == "/hooks/generic/acme/shop");
    CHECK(endpoint.generic->repository == "acme/shop");
}

TEST_CASE("a generic endpoint that cannot work is refused at its place") {
    CHECK(problems_of("      map: {ref: /ref}\n") ==
          Lines{"hookd.yaml:7:7: \"generic\" needs \"signature\" or \"token\""});
    CHECK(
        problems_of("      signature: {header: X}\n      token: {header: Y}\n") ==
        Lines{"hookd.yaml:7:7: \"generic\" can have one of \"signature\" and \"token\" only, here "
              "are \"signature\" and \"token\""});
    CHECK(problems_of("      signature: {header: \"X Sig\", algorithm: md5}\n") ==
          Lines{"hookd.yaml:7:27: \"X Sig\" is no name of a header, such as \"X-Signature\"",
                "hookd.yaml:7:47: \"algorithm\" is \"md5\", but must be \"sha256\", \"sha512\" or "
                "\"sha1\""});
    CHECK(problems_of("      signature: {header: X}\n"
                      "      map: {ref: repository/ref, after: /a~2, branche: /x}\n") ==
          Lines{"hookd.yaml:8:18: \"repository/ref\" is no JSON pointer: one begins with \"/\", "
                "such as \"/repository/name\"; a constant is written {value: ...}",
                "hookd.yaml:8:41: \"/a~2\" is no JSON pointer: in a name \"~\" is written \"~0\" "
                "and \"/\" is written \"~1\"",
                "hookd.yaml:8:47: unknown key \"branche\": did you mean \"branch\"?"});
    CHECK(problems_of("      signature: {header: X}\n"
                      "      map: {ref: /a, branch: /b, kind: {at: /k, value: x}}\n") ==
          Lines{"hookd.yaml:8:12: \"map\" can have one of \"ref\", \"branch\" and \"tag\" only",
                "hookd.yaml:8:40: \"kind\" needs either \"at\", a place in the body, or \"value\", "
                "a constant"});
    CHECK(problems_of("      signature: {header: X}\n      map: {}\n      lua: return nil\n") ==
          Lines{"hookd.yaml:9:12: \"map\" and \"lua\" stand here: only one of them can say what a "
                "body means"});
}

TEST_CASE("the key \"generic\" and the provider of that name belong together") {
    ConfigurationFolder folder;
    folder.write("hookd.yaml",
                 "webhooks:\n"
                 "  - {path: /hooks/a, provider: generic, repositories: [a], secret: {file: "
                 "secrets/shop}}\n"
                 "  - {path: /hooks/b, provider: github, repositories: [a], secret: {file: "
                 "secrets/shop}, generic: {token: {header: X}}}\n");
    CHECK(
        folder.problems() ==
        Lines{"hookd.yaml:2:5: the provider \"generic\" needs the key \"generic\", which says how "
              "its sender is proven: generic: {signature: {header: X-Signature}}",
              "hookd.yaml:3:98: \"generic\" is for the provider \"generic\", and this is "
              "\"github\""});
}

TEST_CASE("a mistake in Lua is found in its line, wherever it stands") {
    CHECK(problems_of("      signature: {header: X}\n"
                      "      lua: |\n"
                      "        local x = body.ref\n"
                      "        retrun x\n") ==
          Lines{"hookd.yaml:10:1: not valid Lua: syntax error near 'x'"});
    CHECK(problems_of("      signature: {header: X}\n"
                      "      lua: \"return return\"\n") ==
          Lines{"hookd.yaml:8:12: not valid Lua: unexpected symbol near 'return'"});
    CHECK(problems_of("      signature: {header: X}\n      lua: \" \"\n").size() == 1);
    ConfigurationFolder folder;
    folder.write("map.lua", "-- a comment\nreturn {\n");
    folder.write("hookd.yaml", std::string(k_head) +
                                   "      signature: {header: X}\n      lua: {file: map.lua}\n");
    CHECK(folder.problems() ==
          Lines{"hookd.yaml:8:12: map.lua:3: not valid Lua: unexpected symbol near <eof>"});
    folder.write("map.lua", "return nil\n");
    CHECK(folder.problems().empty());
    folder.write("map.lua", "return nil\n", std::filesystem::perms(0666));
    CHECK(folder.problems().size() == 1);
}

TEST_CASE("T005 a token of a generic sender needs TLS or loopback, a signature does not") {
    const auto with = [](const std::string& proof, const std::string& address) {
        return problems_of("      " + proof + "\nlisten: {webhooks: {address: \"" + address +
                           "\"}}\n");
    };
    CHECK(with("token: {header: X}", "127.0.0.1:80").empty());
    CHECK(with("signature: {header: X}", "0.0.0.0:80").empty());
    const Lines lines = with("token: {header: X}", "0.0.0.0:80");
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].find("hookd.yaml:2:11: this endpoint's token would cross the network") == 0);
}
