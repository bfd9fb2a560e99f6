#include "tests/support/catch.hpp"
#include "tests/unit/config/configuration_folder.hpp"

#include <algorithm>
#include <string>
#include <vector>

using hookd::test::ConfigurationFolder;
using Lines = std::vector<std::string>;

namespace {

/// What is wrong with a repository file of this text, without the file's name.
Lines problems_of(const std::string& text) {
    ConfigurationFolder folder;
    folder.write("repos.d/shop.yaml", text);
    Lines lines = folder.problems();
    const std::string name = "repos.d/shop.yaml:";
    for (std::string& line : lines) {
        REQUIRE(line.substr(0, name.size()) == name);
        line.erase(0, name.size());
    }
    return lines;
}

/// A file with one rule, whose lines begin at line 4.
std::string with_rule(const std::string& rule) {
    return "repository: acme/shop\n"
           "path: /srv/git/acme/shop.git\n"
           "rules:\n" +
           rule;
}

/// A file with one rule for pushes, whose actions begin in line 7.
std::string with_actions(const std::string& actions) {
    return with_rule(
        "  - name: checks\n"
        "    on: {push: {}}\n"
        "    actions:\n" +
        actions);
}

}  // namespace

TEST_CASE("an unknown key is named with the nearest known one") {
    CHECK(problems_of("repositry: acme/shop\n") ==
          Lines{"1:1: unknown key \"repositry\": did you mean \"repository\"?"});
    CHECK(problems_of(with_rule("  - name: checks\n"
                                "    on: {push: {brnaches: [main]}}\n"
                                "    actons: [{name: a, run: x}]\n")) ==
          Lines{"5:17: unknown key \"brnaches\": did you mean \"branches\"?",
                "6:5: unknown key \"actons\": did you mean \"actions\"?"});
    CHECK(problems_of(with_actions("      - {name: a, lint: {run: x, colour: red}}\n")) ==
          Lines{"7:34: unknown key \"colour\": known here are \"run\""});
}

TEST_CASE("a key that this version does not have says so") {
    CHECK(problems_of("repository: acme/shop\ngroups: {ops: [cid]}\n") ==
          Lines{"2:1: \"groups\" is not supported by this version"});
    CHECK(problems_of(with_rule("  - name: checks\n"
                                "    on: {push: {}}\n"
                                "    concurrency: {per: ref}\n"
                                "    actions: [{name: a, run: x, retry: {attempts: 2}}]\n")) ==
          Lines{"6:5: \"concurrency\" is not supported by this version",
                "7:33: \"retry\" is not supported by this version"});
    CHECK(problems_of(with_actions("      - {name: tell, notify: {to: [team]}}\n")) ==
          Lines{"7:22: \"notify\" is not supported by this version"});
}

TEST_CASE("T010 T038 keys that would grant by an author or obey a pushed file are refused") {
    CHECK(problems_of("repository: acme/shop\nin_repo: {file: .hookd.yaml}\n") ==
          Lines{"2:1: \"in_repo\" is not supported by this version"});
    CHECK(problems_of(with_rule("  - name: ship\n"
                                "    on: {push: {author: ann}}\n"
                                "    if: event.actor.login == 'ann'\n"
                                "    actions: [{name: a, run: x}]\n")) ==
          Lines{"5:17: unknown key \"author\": known here are \"branches\" and \"paths\"",
                "6:5: \"if\" is not supported by this version"});
}

TEST_CASE("a value of the wrong type is told what it is and what it must be") {
    CHECK(problems_of("- repository\n") ==
          Lines{"1:1: the file is a list, but must be a group of keys"});
    CHECK(problems_of("acme/shop\n") ==
          Lines{"1:1: the file is the text \"acme/shop\", but must be a group of keys"});
    CHECK(problems_of("repository: 5\n") ==
          Lines{"1:13: \"repository\" is the number 5, but must be a text, such as \"acme/shop\""});
    CHECK(problems_of(with_rule("  - name: checks\n"
                                "    skippable: no\n"
                                "    on: {push: {branches: main}, tag: [v1]}\n"
                                "    actions: []\n")) ==
          Lines{"5:16: \"skippable\" is the text \"no\", but must be true or false",
                "6:27: \"branches\" is the text \"main\", but must be a list, such as "
                "[\"main\",\"release/*\"]",
                "6:39: \"tag\" is a list, but must be a group of keys",
                "7:14: \"actions\" is an empty list"});
    CHECK(problems_of(with_actions("      - {name: a, run: x, env: {N: 1, B: true, L: [a]}}\n"
                                   "      - {name: b, run: {script: x}}\n"
                                   "      - {name: c, run: [make, 5], timeout: 5}\n")) ==
          Lines{"7:36: \"N\" is the number 1, but must be a text: write it in quotes",
                "7:42: \"B\" is true, but must be a text: write it in quotes",
                "7:51: \"L\" is a list, but must be a text",
                "8:24: \"run\" is a group of keys, but must be a text or a list, such as "
                "[\"make\",\"test\"]",
                "9:31: an item of \"run\" is the number 5, but must be a text: write it in quotes",
                "9:44: \"timeout\" is the number 5, but must be a text, such as \"30s\""});
}

TEST_CASE("a value that is not one of the allowed is told which are") {
    CHECK(problems_of("repository: acme/shop\n"
                      "webhook: {provider: githb, secret: {file: ../secrets/shop}}\n") ==
          Lines{"2:21: \"provider\" is \"githb\", but must be \"github\", \"gitlab\", \"gitea\", "
                "\"forgejo\", \"gogs\", \"bitbucket\", \"bitbucket-server\", \"standard\" or "
                "\"generic\""});
    CHECK(problems_of(with_rule("  - name: checks\n"
                                "    on: {merge_request: {changes: [opend]}}\n"
                                "    actions:\n"
                                "      - {name: v, tag: {scheme: calver, bump: tiny}}\n")) ==
          Lines{"5:36: an item of \"changes\" is \"opend\", but must be \"opened\", \"updated\", "
                "\"edited\", \"merged\", \"closed\" or \"reopened\"",
                "7:33: \"scheme\" is \"calver\", but must be \"semver\"",
                "7:47: \"bump\" is \"tiny\", but must be \"patch\", \"minor\" or \"major\""});
}

TEST_CASE("what is missing or empty is named") {
    CHECK(problems_of("path: /srv/git/shop.git\n") ==
          Lines{"1:1: \"repository\" is missing in the file"});
    CHECK(problems_of("repository: acme/shop\nrules:\n  - on: {}\n") ==
          Lines{"3:5: \"actions\" is missing in an item of \"rules\"",
                "3:5: \"name\" is missing in an item of \"rules\"",
                "3:9: \"on\" needs \"merge\", \"merge_request\", \"push\" or \"tag\""});
    CHECK(
        problems_of(with_actions("      - {name: a}\n"
                                 "      - {name: b, run: \"\"}\n"
                                 "      - {name: c, run: \"  \"}\n"
                                 "      - {name: d, run: [\"\"]}\n"
                                 "      - {name: e, deploy: {to: {}}}\n")) ==
        Lines{
            "7:9: an item of \"actions\" needs \"run\", \"lint\", \"test\", \"tag\" or \"deploy\"",
            "8:24: \"run\" is empty", "9:24: \"run\" is blank: write a script",
            "10:25: the first item of \"run\" is blank: it must be a program",
            "11:27: \"environment\" is missing in \"deploy\"",
            "11:32: \"path\" is missing in \"to\""});
}

TEST_CASE("an action has one handler") {
    CHECK(problems_of(with_actions("      - {name: a, run: x, lint: {run: y}}\n")) ==
          Lines{"7:9: an item of \"actions\" can have one of \"run\", \"lint\", \"test\", \"tag\" "
                "and \"deploy\" only, here are \"run\" and \"lint\""});
}

TEST_CASE("names are plain and given once") {
    CHECK(problems_of("repository: ../shop\n") ==
          Lines{"1:13: \"../shop\" is no repository name: segments of letters, digits and ._~+- "
                "joined by \"/\", none starting with \"-\" or ending in \".\""});
    CHECK(problems_of(with_actions("      - {name: a b, run: x}\n"
                                   "      - {name: ../a, run: x}\n")) ==
          Lines{"7:16: \"a b\" is no name: it must be of letters, digits, \".\", \"_\" and \"-\", "
                "not begin with \".\" or \"-\", and have at most 100 bytes",
                "8:16: \"../a\" is no name: it must be of letters, digits, \".\", \"_\" and \"-\", "
                "not begin with \".\" or \"-\", and have at most 100 bytes"});
    CHECK(problems_of(
              with_actions("      - {name: a, run: x}\n"
                           "      - {name: a, run: y}\n"
                           "  - {name: checks, on: {push: }, actions: [{name: a, run: x}]}\n")) ==
          Lines{"8:16: the name \"a\" is taken in line 7: choose another",
                "9:12: the name \"checks\" is taken in line 4: choose another"});
}

TEST_CASE("needs name actions of the same rule") {
    CHECK(problems_of(with_actions("      - {name: lint, run: x}\n"
                                   "      - {name: test, run: x, needs: [lnt, deploy]}\n")) ==
          Lines{"8:38: there is no action \"lnt\": did you mean \"lint\"? (\"needs\" names actions "
                "of the same rule)",
                "8:43: there is no action \"deploy\": there is \"lint\" and \"test\" (\"needs\" "
                "names actions of the same rule)"});
    CHECK(problems_of(with_actions("      - {name: a, run: x, needs: [a]}\n")) ==
          Lines{"7:9: \"a\" needs \"a\": needs must not go round in a circle"});
    CHECK(problems_of(with_actions("      - {name: out, run: x, needs: [c]}\n"
                                   "      - {name: c, run: x, needs: [b]}\n"
                                   "      - {name: a, run: x, needs: [c]}\n"
                                   "      - {name: b, run: x, needs: [a]}\n")) ==
          Lines{"8:9: \"c\" needs \"b\" needs \"a\" needs \"c\": needs must not go round in a "
                "circle"});
    CHECK(problems_of(with_actions("      - {name: a, run: x}\n"
                                   "      - {name: b, run: x, needs: [a, a]}\n"
                                   "      - {name: c, run: x, when: always}\n")) ==
          Lines{"8:38: \"a\" is needed twice",
                "9:33: \"when\" says how needed actions must have ended, but there is no "
                "\"needs\""});
}

TEST_CASE("a misspelt key is not followed by what depends on it") {
    CHECK(problems_of(with_actions("      - {nmae: lint, run: x}\n"
                                   "      - {name: test, run: x, needs: [lint]}\n")) ==
          Lines{"7:10: unknown key \"nmae\": did you mean \"name\"?"});
}

TEST_CASE("what is wrong with values is found beside what is wrong with keys") {
    CHECK(problems_of(with_actions("      - {name: a, run: x, timeout: 5 min, tymeout: 5m}\n")) ==
          Lines{"7:36: \"5 min\" is no duration: write a number and a unit, such as 30s, 5m, 2h, "
                "1d or 1h30m",
                "7:43: unknown key \"tymeout\": did you mean \"timeout\"?"});
}

TEST_CASE("T042 patterns that could not match are refused where they stand") {
    CHECK(problems_of(with_rule(
              "  - name: checks\n"
              "    on:\n"
              "      push: {branches: [\"[a\", \"a\\\\\", \"!\", refs/heads/main], paths: [/src]}\n"
              "      tag: {tags: [refs/tags/v1, \"" +
              std::string(1025, 'a') +
              "\"]}\n"
              "    actions: [{name: a, run: x}]\n")) ==
          Lines{"6:25: the pattern \"[a\" has a [ without its ]: write \\[ for the byte",
                "6:31: the pattern \"a\\\" ends in a lone \\: write \\\\ for the byte",
                "6:38: the pattern \"!\" is empty: a pattern must follow the !",
                "6:43: the pattern \"refs/heads/main\" can match no branch: leave \"refs/heads/\" "
                "out, as in \"main\"",
                "6:69: the pattern \"/src\" can match nothing: no name begins with \"/\"",
                "7:20: the pattern \"refs/tags/v1\" can match no tag: leave \"refs/tags/\" out, as "
                "in \"v1\"",
                "7:34: the pattern \"" + std::string(80, 'a') + "...\" is longer than 1024 bytes"});
}

TEST_CASE("durations, environments, paths and versions are checked") {
    CHECK(problems_of("repository: acme/shop\n"
                      "path: git/shop.git\n"
                      "defaults: {timeout: 0s, shell: [], env: {1A: x, HOOKD_RUN: x, a-b: x}}\n") ==
          Lines{"2:7: \"git/shop.git\" is not absolute: it must begin with \"/\"",
                "3:21: \"timeout\" is 0, but must be longer", "3:32: \"shell\" is an empty list",
                "3:42: \"1A\" is no name of a variable: it must be of letters, digits and \"_\", "
                "and not begin with a digit",
                "3:49: \"HOOKD_RUN\" is hookd's own: choose a name without \"HOOKD\" in front",
                "3:63: \"a-b\" is no name of a variable: it must be of letters, digits and \"_\", "
                "and not begin with a digit"});
    CHECK(
        problems_of(with_actions(
            "      - {name: v, tag: {prefix: \"a b\", first: 1.0}}\n"
            "      - {name: w, tag: {prefix: -v, first: v1.0.0}}\n"
            "      - {name: d, deploy: {environment: live, to: {path: www}, from: ../x, keep: 0}}\n"
            "      - name: e\n"
            "        deploy:\n"
            "          environment: a/b\n"
            "          to: {path: /srv/www}\n"
            "          check: {run: [probe], within: soon}\n")) ==
        Lines{"7:33: \"a b\" cannot begin a tag's name: write letters and digits, such as \"v\" or "
              "\"release/\"",
              "7:47: \"first\" is the number 1.0, but must be a text, such as \"0.1.0\"",
              "8:33: \"-v\" cannot begin a tag's name: write letters and digits, such as \"v\" or "
              "\"release/\"",
              "8:44: \"v1.0.0\" is no version: it must be MAJOR.MINOR.PATCH, such as 0.1.0",
              "9:58: \"www\" is not absolute: it must begin with \"/\"",
              "9:70: \"../x\" is not inside the workspace: write a relative folder without "
              "\"..\", such as dist",
              "9:82: \"keep\" is 0, but must be at least 1",
              "12:24: \"a/b\" is no name: it must be of letters, digits, \".\", \"_\" and \"-\", "
              "not begin with \".\" or \"-\", and have at most 100 bytes",
              "14:41: \"soon\" is no duration: write a number and a unit, such as 30s, 5m, 2h, "
              "1d or 1h30m"});
}

TEST_CASE("without a local repository there is nothing to check out, tag or deploy") {
    CHECK(problems_of("repository: acme/shop\n"
                      "rules:\n"
                      "  - name: a\n"
                      "    on: {push: }\n"
                      "    actions:\n"
                      "      - {name: a, run: x}\n"
                      "      - {name: b, run: x, workspace: none}\n"
                      "      - {name: c, tag: {}, workspace: none}\n"
                      "      - {name: d, deploy: {environment: live, to: {path: /srv}}}\n") ==
          Lines{"6:9: the action \"a\" has nothing to check out: give the repository's \"path\" at "
                "the top of the file, or set \"workspace: none\"",
                "8:24: \"tag\" needs the repository on this machine: give its \"path\" at the top "
                "of the file",
                "9:27: \"deploy\" needs the repository on this machine: give its \"path\" at the "
                "top of the file"});
}

TEST_CASE("T075 the address of another machine has one plain form") {
    const auto problems_of_clone = [](const std::string& url) {
        return problems_of("repository: acme/shop\nclone: \"" + url + "\"\n");
    };
    CHECK(problems_of_clone("https://forge.test:8443/acme/shop.git").empty());
    CHECK(problems_of_clone("http://[::1]:3000/acme/shop.git").empty());
    for (const char* url :
         {"ssh://git@forge.test/shop.git", "file:///srv/git/shop.git", "/srv/git/shop.git",
          "https://user:word@forge.test/shop.git", "https://forge.test/shop.git?a=b",
          "https://forge.test/shop.git#top", "https:///shop.git", "https://forge.test:0/s.git",
          "https://forge.test:99999/s.git", "https://-o.test/s.git", "https://a b/s.git",
          "https://[::1/s.git", "https://forge.test@127.0.0.1/s.git", "HTTPS://forge.test/s.git"}) {
        INFO(url);
        CHECK(problems_of_clone(url).size() == 1);
    }
}

TEST_CASE("T005 a password does not travel unencrypted") {
    const auto problems_of_clone = [](const std::string& url) {
        return problems_of("repository: acme/shop\nclone: {url: \"" + url +
                           "\", password: {credential: none}}\n");
    };
    const auto has_it = [](const Lines& lines) {
        return std::find(lines.begin(), lines.end(),
                         "2:14: a secret must not travel unencrypted: use https") != lines.end();
    };
    CHECK(has_it(problems_of_clone("http://forge.test/shop.git")));
    CHECK(has_it(problems_of_clone("http://localhost.forge.test/shop.git")));
    CHECK_FALSE(has_it(problems_of_clone("https://forge.test/shop.git")));
    CHECK_FALSE(has_it(problems_of_clone("http://127.0.0.1:80/shop.git")));
}
