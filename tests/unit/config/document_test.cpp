#include "config/document.hpp"

#include "tests/support/catch.hpp"
#include "tests/unit/config/configuration_folder.hpp"

#include <string>
#include <vector>

using hookd::test::ConfigurationFolder;
using Lines = std::vector<std::string>;

namespace {

/// What is wrong with a repository file of this text, without the file's name.
Lines problems_of(const std::string& ending, const std::string& text) {
    ConfigurationFolder folder;
    folder.remove("repos.d/shop.yaml");
    folder.write("hookd.yaml", "repositories: [repos.d/*]\n");
    folder.write("repos.d/shop" + ending, text);
    Lines lines = folder.problems();
    const std::string name = "repos.d/shop" + ending + ":";
    for (std::string& line : lines) {
        REQUIRE(line.substr(0, name.size()) == name);
        line.erase(0, name.size());
    }
    return lines;
}

Lines yaml(const std::string& text) {
    return problems_of(".yaml", text);
}
Lines json(const std::string& text) {
    return problems_of(".json", text);
}

}  // namespace

TEST_CASE("YAML that cannot be read is refused with its place") {
    CHECK(yaml("repository: [acme\n") ==
          Lines{"2:1: not valid YAML: end of sequence flow not found"});
    for (const char* open : {"\"acme", "\"acme\n", "\"acme\\\"\n", "'acme\n", "'acme''\n"}) {
        INFO(open);
        CHECK(yaml("repository: " + std::string(open)).size() == 1);
    }
    CHECK(yaml("# caf\xC3\xA9\r\nrepository: \"acme\n") ==
          Lines{"2:13: the text in quotes does not end"});
    CHECK(yaml("\"path: /a\n") == Lines{"1:1: the text in quotes does not end"});
    CHECK(yaml("a: 1\nb: \"\\u0") ==
          Lines{"2:8: not valid YAML: bad character found while scanning hex number"});
    CHECK(yaml("repository: a: b\n") == Lines{"1:14: not valid YAML: illegal map value"});
    CHECK(yaml("") == Lines{" the file is empty"});
    CHECK(yaml("\n \n") == Lines{" the file is empty"});
    CHECK(yaml("# nothing but words\n") == Lines{" the file is empty"});
}

TEST_CASE("T042 anchors, aliases, tags and second documents are refused") {
    CHECK(yaml("repository: &name acme/shop\n") ==
          Lines{"1:13: an anchor (&) is not possible here: write the value where it is needed"});
    CHECK(yaml("repository: *name\n") ==
          Lines{"1:13: not valid YAML: the referenced anchor is not defined"});
    CHECK(yaml("repository: !!python/object acme/shop\n") ==
          Lines{"1:13: the tag \"tag:yaml.org,2002:python/object\" is not possible here: write the "
                "value without it"});
    CHECK(yaml("repository: ! \"acme\"\n") ==
          Lines{"1:13: the tag \"!\" is not possible here: write the value without it"});
    CHECK(yaml("repository: acme/shop\n---\nrepository: acme/other\n") ==
          Lines{"2:1: a second document begins here: a file holds one"});
    CHECK(yaml("{a: 1}: b\n") ==
          Lines{"1:1: a key must be a plain text; text that starts with { or [ needs quotes"});
}

TEST_CASE("T042 an alias bomb stops at its first anchor") {
    std::string bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n";
    for (char c = 'b'; c <= 'j'; ++c) {
        const std::string before = "*" + std::string(1, static_cast<char>(c - 1));
        bomb += std::string(1, c) + ": &" + std::string(1, c) + " [" + before;
        for (int i = 0; i < 8; ++i) {
            bomb += ", " + before;
        }
        bomb += "]\n";
    }
    CHECK(yaml(bomb) ==
          Lines{"1:4: an anchor (&) is not possible here: write the value where it is needed"});
}

TEST_CASE("T042 deep nesting is refused at the level that is too deep") {
    const std::string deep = std::string(100, '[') + std::string(100, ']');
    CHECK(yaml("rules: " + deep) ==
          Lines{"1:39: nested too deeply: at most 32 levels are possible"});
    CHECK(yaml("rules: " + std::string(100'000, '[')).size() == 1);
    CHECK(yaml("rules: " + std::string(100'000, '{')).size() == 1);
    CHECK(json("{\"rules\": " + std::string(100'000, '[')) ==
          Lines{"1:42: nested too deeply: at most 32 levels are possible"});
    std::string block;
    for (std::size_t i = 0; i < 300; ++i) {
        block += std::string(i, ' ') + "a:\n";
    }
    CHECK(yaml(block) == Lines{"33:33: nested too deeply: at most 32 levels are possible"});
    std::string dashes;
    for (int i = 0; i < 10'000; ++i) {
        dashes += "- ";
    }
    CHECK(yaml(dashes) == Lines{"1:65: nested too deeply: at most 32 levels are possible"});
}

TEST_CASE("T042 a file beyond 256 KiB is refused, one of that size read") {
    const std::string comment = "# " + std::string(1000, 'x') + "\n";
    std::string text = std::string(ConfigurationFolder::k_repository);
    while (text.size() + comment.size() <= hookd::config::k_max_file_bytes) {
        text += comment;
    }
    text += std::string(hookd::config::k_max_file_bytes - text.size(), '\n');
    CHECK(yaml(text).empty());
    CHECK(yaml(text + "\n") == Lines{" \"repos.d/shop.yaml\" is larger than 262144 bytes"});
}

TEST_CASE("T042 many keys and long words are read in bounded time") {
    std::string keys = "repository: acme/shop\n";
    for (int i = 0; i < 20'000; ++i) {
        keys += "k" + std::to_string(i) + ":\n";
    }
    CHECK(yaml(keys).size() == 20'000);
    CHECK(yaml("repository: " + std::string(250'000, 'a') + "\n").size() == 1);
    CHECK(yaml(std::string(250'000, '\'')).size() == 1);
    CHECK(yaml(std::string(100'000, '?')).size() == 1);
}

TEST_CASE("T042 bytes that are no text are refused with their place") {
    CHECK(yaml(std::string("repository: a\nx: \0\n", 19)) ==
          Lines{"2:4: a NUL byte: the file must be text"});
    CHECK(yaml("repository: a\nx\xFF: 1\n") == Lines{"2:2: not UTF-8: the file must be text"});
    CHECK(yaml("x\xC3") == Lines{"1:2: not UTF-8: the file must be text"});
    CHECK(yaml("repository: \"a\\0b\"\n") == Lines{"1:13: a text may not hold a NUL byte"});
    CHECK(json("{\"repository\": \"a\\u0000b\"}") == Lines{"1:16: a text may not hold a NUL byte"});
    CHECK(json("{\"a\\u0000b\": 1}") == Lines{"1:2: a key may not hold a NUL byte"});
}

TEST_CASE("a key that stands twice is refused") {
    CHECK(yaml("repository: acme/shop\npath: /a\n\"path\": /b\n") ==
          Lines{"3:1: the key \"path\" stands in line 2 already: a key may stand once"});
    CHECK(json("{\"repository\": \"acme/shop\",\n  \"path\": \"/a\", \"path\": \"/b\"}") ==
          Lines{"2:17: the key \"path\" stands in line 2 already: a key may stand once"});
}

TEST_CASE("scalars have the types of the core schema") {
    // YAML 1.1 would take `on` for true and `no` for false.
    CHECK(yaml("repository: no\non: 1\n") ==
          Lines{"2:1: unknown key \"on\": known here are \"clone\", \"defaults\", \"path\", "
                "\"repository\", "
                "\"rules\" and \"webhook\""});
    for (const char* number : {"5", "-5", "+5", "0x1F", "0o17"}) {
        INFO(number);
        const Lines lines = yaml("repository: " + std::string(number) + "\n");
        REQUIRE(lines.size() == 1);
        CHECK(lines.front().find("is the number") != std::string::npos);
    }
    CHECK(yaml("repository: 1.5e3\n") ==
          Lines{"1:13: \"repository\" is the number 1500.0, but must be a text, such as "
                "\"acme/shop\""});
    CHECK(yaml("repository: ~\n") ==
          Lines{"1:1: \"repository\" is empty, but must be a text, such as \"acme/shop\""});
    CHECK(yaml("# caf\xC3\xA9\r\nrepository: \"acme/\\\"\"\r\n'path': '/a''b'\r\n").size() == 1);
    for (const char* text : {"\"5\"", "'5'", "yes", "1.2.3", "0x", "1e", "5a", ".inf"}) {
        INFO(text);
        for (const std::string& line : yaml("repository: " + std::string(text) + "\n")) {
            CHECK(line.find("is no repository name") != std::string::npos);
        }
    }
}

TEST_CASE("JSON that is not strict is refused with its place") {
    CHECK(json("{\"repository\": \"acme/shop\",}") ==
          Lines{"1:28: not valid JSON: syntax error while parsing object key - unexpected '}'; "
                "expected string literal"});
    CHECK(json("{\n  // words\n}").front().substr(0, 5) == "2:3: ");
    CHECK(json("{\"repository\": \"acme/shop\"} x").front().substr(0, 6) == "1:29: ");
    CHECK(json("{'repository': 1}").front().substr(0, 5) == "1:2: ");
    CHECK(json("{\"repository\": 01}").front().substr(0, 6) == "1:17: ");
    CHECK(json("{\"repository\": 1e999}").size() == 1);
    CHECK(json("") == Lines{" the file is empty"});
}

TEST_CASE("places in JSON are those of the values") {
    CHECK(json("{\n  \"repository\" : \"a,\\\"b:{\" ,\n\t\"rules\":[ {\"name\":5 , \"on\" : "
               "{\"push\":\n{}},\"actions\":[{\"name\":\"x\",\"run\":true}]}],\n  \"pth\": 1}") ==
          Lines{"2:18: \"a,\"b:{\" is no repository name: segments of letters, digits and ._~+- "
                "joined by \"/\", none starting with \"-\" or ending in \".\"",
                "3:20: \"name\" is the number 5, but must be a text, such as \"checks\"",
                "4:34: \"run\" is true, but must be a text or a list, such as [\"make\",\"test\"]",
                "5:3: unknown key \"pth\": did you mean \"path\"?"});
}

TEST_CASE("the ending decides how a file is read") {
    CHECK(json("{\"repository\": \"acme/shop\"}").empty());
    CHECK(problems_of(".yml", "repository: acme/shop\n").empty());
    CHECK(problems_of(".toml", "repository = 1\n") ==
          Lines{" the name must end in .yaml, .yml or .json: the ending decides how it is read"});
    CHECK(yaml("\xEF\xBB\xBFrepository: acme/shop\n").empty());
}

TEST_CASE("control bytes of a file do not reach the terminal") {
    CHECK(yaml("\"a\\e[31m\": 1\nrepository: acme/shop\n") ==
          Lines{"1:1: unknown key \"a\xEF\xBF\xBD[31m\": known here are \"clone\", \"defaults\", "
                "\"path\", "
                "\"repository\", \"rules\" and \"webhook\""});
}

TEST_CASE("T095 JSON cut off anywhere is refused") {
    const std::string text =
        "{\"repository\": \"acme/shop\", \"path\": \"/srv/git/shop.git\", \"rules\": [{\"name\": "
        "\"a\", \"on\": {\"push\": null}, \"skippable\": false, \"actions\": [{\"name\": \"b\", "
        "\"run\": [\"make\", \"\\u00e9\"]}]}]}";
    REQUIRE(json(text).empty());
    for (std::size_t size = 0; size < text.size(); ++size) {
        INFO(size);
        CHECK_FALSE(json(text.substr(0, size)).empty());
    }
}

TEST_CASE("a script may be a literal or a folded block") {
    for (const char* style : {"|", ">-", "|2"}) {
        INFO(style);
        CHECK(yaml("repository: acme/shop\nrules:\n"
                   "  - name: checks\n    on: {push: {}}\n    actions:\n"
                   "      - name: hello\n        workspace: none\n        run: " +
                   std::string(style) + "\n          echo one\n          echo two\n") == Lines{});
    }
}
