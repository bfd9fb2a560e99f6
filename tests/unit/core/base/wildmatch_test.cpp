#include "core/base/wildmatch.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/temporary_folder.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <memory>
#include <random>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

using hookd::wildmatch;
using hookd::wildmatch_list;

namespace {

/// What a command writes.
std::string output_of(const std::string& command) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(::popen(command.c_str(), "r"),
                                                               ::pclose);
    if (!pipe) {
        throw std::runtime_error("cannot start a command");
    }
    std::string text;
    char block[4096];
    while (const std::size_t got = std::fread(block, 1, sizeof block, pipe.get())) {
        text.append(block, got);
    }
    return text;
}

/// A repository that has the names as branches, also such as exclude each other (a and a/b):
/// for-each-ref reads a list of packed refs as it stands.
class Branches {
  public:
    explicit Branches(const std::set<std::string>& names) {
        const std::string git = "git -C '" + folder_.path().string() + "' ";
        output_of(git + "init -q --bare . 2>&1");
        const std::string id = output_of(git + "hash-object -w -t tree /dev/null").substr(0, 40);
        std::ofstream packed(folder_ / "packed-refs");
        packed << "# pack-refs with: peeled fully-peeled sorted \n";
        for (const std::string& name : names) {
            packed << id << " refs/heads/" << name << "\n";
        }
    }

    /// Those that git's own wildmatch lets pass, with WM_PATHNAME.
    [[nodiscard]] std::set<std::string> matching(const std::string& pattern) const {
        const std::string start = "refs/heads/";
        std::istringstream lines(output_of("git -C '" + folder_.path().string() +
                                           "' for-each-ref --format='%(refname)' '" + start +
                                           pattern + "' 2>&1"));
        std::set<std::string> names;
        for (std::string line; std::getline(lines, line);) {
            names.insert(line.substr(start.size()));
        }
        return names;
    }

  private:
    hookd::test::TemporaryFolder folder_;
};

/// for-each-ref takes a pattern that is a path as all below it, besides.
bool is_parent(const std::string& pattern, const std::string& name) {
    return name.substr(0, pattern.size()) == pattern &&
           (name.size() == pattern.size() || pattern.empty() || pattern.back() == '/' ||
            name[pattern.size()] == '/');
}

template <std::size_t Size>
std::string draw(std::mt19937& random, const char* const (&pieces)[Size], std::size_t most) {
    std::string text;
    for (std::size_t i = random() % most + 1; i > 0; --i) {
        text += pieces[random() % Size];
    }
    return text;
}

bool is_branch(const std::string& name) {
    const std::string wrapped = "/" + name + "/";
    return wrapped.find("//") == std::string::npos && wrapped.find("/.") == std::string::npos &&
           wrapped.find("./") == std::string::npos && wrapped.find("..") == std::string::npos &&
           wrapped.find("/-") == std::string::npos;
}

}  // namespace

TEST_CASE("a star stays within a segment, two stars between slashes cross them") {
    struct Row {
        const char* pattern;
        const char* text;
        bool matches;
    };
    for (const Row& row : {
             Row{"main", "main", true},
             Row{"main", "main2", false},
             Row{"main", "Main", false},
             Row{"", "", true},
             Row{"", "a", false},
             Row{"*", "", true},
             Row{"*", "a", true},
             Row{"*", "a/b", false},
             Row{"feature/*", "feature/x", true},
             Row{"feature/*", "feature/x/y", false},
             Row{"feature/*", "feature", false},
             Row{"feature/**", "feature/x/y", true},
             Row{"feature/**", "feature", false},
             Row{"**", "a/b/c", true},
             Row{"**/c", "a/b/c", true},
             Row{"**/c", "c", true},
             Row{"a/**/c", "a/c", true},
             Row{"a/**/c", "a/x/y/c", true},
             Row{"a/**/c", "a/xc", false},
             Row{"a**c", "a/c", false},
             Row{"a**c", "axc", true},
             Row{"**c", "a/c", false},
             Row{"**/*.md", "README.md", true},
             Row{"**/*.md", "docs/a/b.md", true},
             Row{"*.md", "docs/b.md", false},
             Row{"v?.?", "v1.2", true},
             Row{"a?b", "a/b", false},
             Row{"[a-c]x", "bx", true},
             Row{"[!a-c]x", "bx", false},
             Row{"[^a-c]x", "dx", true},
             Row{"a[/]b", "a/b", false},
             Row{"[[:digit:]]", "7", true},
             Row{"[[:digit:]]", "x", false},
             Row{"[]-]", "]", true},
             Row{"[]-]", "-", true},
             Row{"[a", "[a", false},
             Row{"\\*", "*", true},
             Row{"\\*", "x", false},
             Row{"a\\", "a\\", false},
             Row{"[\\]]", "]", true},
             Row{"[[:nonsense:]a]", "a", false},
         }) {
        INFO("\"" << row.pattern << "\" with \"" << row.text << "\"");
        CHECK(wildmatch(row.pattern, row.text) == row.matches);
    }
}

TEST_CASE("a list is read in order, each pattern says the last word on what it matches") {
    using List = std::vector<std::string>;
    CHECK(wildmatch_list(List{}, "anything"));
    CHECK(wildmatch_list(List{"main", "feature/**"}, "feature/a/b"));
    CHECK_FALSE(wildmatch_list(List{"main"}, "other"));
    CHECK_FALSE(wildmatch_list(List{"feature/**", "!feature/wip-*"}, "feature/wip-1"));
    CHECK(wildmatch_list(List{"feature/**", "!feature/wip-*", "feature/wip-9"}, "feature/wip-9"));
    CHECK(wildmatch_list(List{"!**/*.md"}, "src/a.c"));
    CHECK_FALSE(wildmatch_list(List{"!**/*.md"}, "a.md"));
}

TEST_CASE("T042 patterns that explode end in bounded time") {
    std::string stars;
    for (int i = 0; i < 60; ++i) {
        stars += "*a";
    }
    std::string deep;
    for (int i = 0; i < 60; ++i) {
        deep += "**/";
    }
    std::string folders;
    for (int i = 0; i < 500; ++i) {
        folders += "a/";
    }
    const auto start = std::chrono::steady_clock::now();
    CHECK_FALSE(wildmatch(stars + "b", std::string(4000, 'a')));
    CHECK_FALSE(wildmatch(deep + "b", folders + "c"));
    std::string many_stars;
    for (int i = 0; i < 50'000; ++i) {
        many_stars += "*a";
    }
    CHECK_FALSE(wildmatch(many_stars, std::string(100'000, 'a')));
    CHECK_FALSE(wildmatch(many_stars.substr(0, 4096), std::string(100'000, 'a') + "b"));
    CHECK_FALSE(wildmatch(std::string(4000, '['), "a"));
    CHECK_FALSE(wildmatch(std::string(4000, '*') + "b", std::string(4000, 'a')));
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(10));
}

TEST_CASE("patterns match what they match for git") {
    if (output_of("git --version 2>/dev/null").empty()) {
        WARN("skipped: there is no git");
        return;
    }
    std::mt19937 random(20261123);
    std::set<std::string> names = {"main", "a", "a/b", "a/b/c", "a/x/y/b"};
    const char* const name_pieces[] = {"a", "b", "c", "ab", "/", "-", "]", "!", "7", "B"};
    while (names.size() < 150) {
        const std::string name = draw(random, name_pieces, 7);
        if (is_branch(name)) {
            names.insert(name);
        }
    }
    const Branches branches(names);
    const char* const pattern_pieces[] = {"a",
                                          "b",
                                          "c",
                                          "/",
                                          "-",
                                          "]",
                                          "a/",
                                          "*",
                                          "*",
                                          "**",
                                          "**/",
                                          "/**",
                                          "/**/",
                                          "?",
                                          "[ab]",
                                          "[!a]",
                                          "[^b/]",
                                          "[a-c]",
                                          "[]a]",
                                          "[a-]",
                                          "[-a]",
                                          "[b-a]",
                                          "[\\]]",
                                          "[a\\-c]",
                                          "\\a",
                                          "\\*",
                                          "\\",
                                          "[",
                                          "[a",
                                          "[!]a]",
                                          "[[:alpha:]]",
                                          "[[:upper:]b]",
                                          "[[:nonsense:]a]",
                                          "[[:a]b:]",
                                          "[[:digit:]-a]",
                                          "***",
                                          "**\\/"};
    for (int round = 0; round < 300; ++round) {
        const std::string pattern = draw(random, pattern_pieces, 6);
        const auto expected = branches.matching(pattern);
        for (const std::string& name : names) {
            INFO("\"" << pattern << "\" with \"" << name << "\"");
            const bool ours = wildmatch(pattern, name) || is_parent(pattern, name);
            REQUIRE(ours == expected.contains(name));
        }
    }
}
