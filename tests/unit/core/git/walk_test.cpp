#include "core/base/text.hpp"
#include "core/git/repository.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/git_repository.hpp"
#include "tests/unit/core/git/random_history.hpp"

#include <algorithm>
#include <set>

namespace hookd::git {
namespace {

using test::FileChange;
using test::GitRepository;
using test::RandomHistory;
using Names = std::vector<std::string>;

const ObjectId k_zero = ObjectId::parse(std::string(40, '0')).value();

Repository open(const GitRepository& repository) {
    auto opened = Repository::open(repository.path());
    REQUIRE(opened);
    return std::move(*opened);
}

Brought brought(const GitRepository& real, const std::string& ref, const ObjectId& before,
                const ObjectId& after, std::size_t most = 20'000) {
    auto found = open(real).brought(ref, before, after, most);
    INFO((found ? "" : found.error().message));
    REQUIRE(found);
    return std::move(*found);
}

Names ids(const Brought& brought) {
    Names all;
    for (const auto& commit : brought.commits) {
        all.push_back(commit.id);
    }
    return all;
}

/// What git prints with -z.
Names zero_ended(const std::string& text) {
    Names all;
    std::size_t start = 0;
    for (auto end = text.find('\0'); end != std::string::npos; end = text.find('\0', start)) {
        all.push_back(text.substr(start, end - start));
        start = end + 1;
    }
    return all;
}

/// "A path", "M path", "D path", sorted, as git sees the difference of two trees.
Names status_of(const GitRepository& real, const std::string& from, const std::string& to) {
    const auto fields =
        zero_ended(real.git({"diff-tree", "-r", "-z", "--no-renames", "--name-status", from, to}));
    Names all;
    for (std::size_t i = 0; i + 1 < fields.size(); i += 2) {
        // To us a file that becomes a link is modified.
        all.push_back((fields[i] == "T" ? "M" : fields[i]) + " " + fields[i + 1]);
    }
    std::sort(all.begin(), all.end());
    return all;
}

Names status_of(const Commit& commit) {
    Names all;
    for (const auto& path : commit.added) {
        all.push_back("A " + path);
    }
    for (const auto& path : commit.modified) {
        all.push_back("M " + path);
    }
    for (const auto& path : commit.removed) {
        all.push_back("D " + path);
    }
    std::sort(all.begin(), all.end());
    return all;
}

Names paths_between(const GitRepository& real, const std::string& from, const std::string& to) {
    auto paths =
        zero_ended(real.git({"diff-tree", "-r", "-z", "--no-renames", "--name-only", from, to}));
    std::sort(paths.begin(), paths.end());
    paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
    return paths;
}

Names lines_of(const std::string& text) {
    Names all;
    for (const auto line : split(text, '\n')) {
        if (!line.empty()) {
            all.emplace_back(line);
        }
    }
    return all;
}

void check_order(const Brought& brought) {
    std::set<std::string> all;
    for (const auto& commit : brought.commits) {
        all.insert(commit.id);
    }
    std::set<std::string> seen;
    for (const auto& commit : brought.commits) {
        for (const auto& parent : commit.parents) {
            CAPTURE(commit.id, parent);
            CHECK((all.count(parent) == 0 || seen.count(parent) == 1));
        }
        seen.insert(commit.id);
    }
}

const std::string k_empty_tree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

TEST_CASE("a push brings its commits, oldest first, with what each changed") {
    GitRepository real;
    const auto before = real.commit("main", {{"a", "1"}, {"b", "1"}, {"d/e", "1"}});
    const auto first = real.commit("main", {{"a", "2"}, {"c", "1"}});
    const auto second = real.commit("main", {{"b", "", "D"}, {"c", "", "D"}});
    const auto found = brought(real, "refs/heads/main", before, second);
    REQUIRE(ids(found) == Names{first.text(), second.text()});
    CHECK(found.commits[0].added == Names{"c"});
    CHECK(found.commits[0].modified == Names{"a"});
    CHECK(found.commits[0].removed.empty());
    CHECK(found.commits[0].parents == Names{before.text()});
    CHECK(found.commits[0].message == "change at 1760000002\n");
    CHECK(found.commits[0].author.name == "Ann");
    CHECK(found.commits[0].author.email == "ann@acme.test");
    CHECK(found.commits[0].timestamp == WallTime(std::chrono::seconds(1'760'000'002)));
    CHECK(found.commits[1].removed == Names{"b", "c"});
    CHECK(found.commit_count == 2);
    CHECK(found.commits_complete);
    // `c` came and went: over the whole change it did not move.
    CHECK(found.paths == Names{"a", "b"});
    CHECK(found.paths_complete);
    CHECK(found.forced == false);
}

TEST_CASE("a new default branch brings its whole history, roots included") {
    GitRepository real;
    const auto first = real.commit("main", {{"a", "1"}});
    const auto second = real.commit("main", {{"b/c", "1"}});
    const auto found = brought(real, "refs/heads/main", k_zero, second);
    CHECK(ids(found) == Names{first.text(), second.text()});
    CHECK(found.commits[0].added == Names{"a"});
    CHECK(found.paths == Names{"a", "b/c"});
    CHECK(found.forced == std::nullopt);
}

TEST_CASE("the first branch brings its whole history where the default branch is not born") {
    GitRepository real;
    const auto first = real.commit("topic", {{"a", "1"}});
    CHECK(ids(brought(real, "refs/heads/topic", k_zero, first)) == Names{first.text()});
}

TEST_CASE("a new branch is seen from where it left the default branch") {
    GitRepository real;
    const auto base = real.commit("main", {{"a", "1"}});
    real.commit("main", {{"a", "2"}, {"only-main", "1"}});
    const auto topic = real.commit("topic", {{"t", "1"}}, {base});
    const auto found = brought(real, "refs/heads/topic", k_zero, topic);
    CHECK(ids(found) == Names{topic.text()});
    CHECK(found.paths == Names{"t"});

    const auto nothing_new = brought(real, "refs/heads/same", k_zero, base);
    CHECK(nothing_new.commits.empty());
    CHECK(nothing_new.paths.empty());
    CHECK(nothing_new.paths_complete);
    CHECK(nothing_new.commits_complete);
}

TEST_CASE("a new branch of an unrelated history brings all of it") {
    GitRepository real;
    real.commit("main", {{"a", "1"}});
    const auto root = real.commit("pages", {{"index", "1"}});
    const auto found = brought(real, "refs/heads/pages", k_zero, root);
    CHECK(ids(found) == Names{root.text()});
    CHECK(found.paths == Names{"index"});
}

TEST_CASE("T033 a force push is seen from the merge base of old and new") {
    GitRepository real;
    const auto base = real.commit("main", {{"a", "1"}});
    const auto old = real.commit("main", {{"lost", "1"}});
    const auto rewritten = real.commit("main", {{"new", "1"}}, {base});
    const auto found = brought(real, "refs/heads/main", old, rewritten);
    CHECK(ids(found) == Names{rewritten.text()});
    CHECK(found.paths == Names{"new"});
    CHECK(found.forced == true);

    // Set back: nothing new, and forced.
    const auto back = brought(real, "refs/heads/main", rewritten, base);
    CHECK(back.commits.empty());
    CHECK(back.paths.empty());
    CHECK(back.forced == true);

    const auto unrelated = real.commit("pages", {{"x", "1"}});
    const auto replaced = brought(real, "refs/heads/main", rewritten, unrelated);
    CHECK(ids(replaced) == Names{unrelated.text()});
    CHECK(replaced.paths == Names{"x"});
    CHECK(replaced.forced == true);
}

TEST_CASE("T033 a deletion brings nothing, also where the commit is gone") {
    GitRepository real;
    const auto gone = ObjectId::parse(std::string(40, 'a')).value();
    real.commit("main", {{"a", "1"}});
    const auto found = brought(real, "refs/heads/topic", gone, k_zero);
    CHECK(found.commits.empty());
    CHECK(found.paths_complete);
    CHECK(found.commit_count == 0);
    CHECK(found.forced == std::nullopt);
}

TEST_CASE("T033 a tag brings neither commits nor paths, and says whether it was moved aside") {
    GitRepository real;
    const auto first = real.commit("main", {{"a", "1"}});
    const auto second = real.commit("main", {{"a", "2"}});
    real.git({"tag", "-a", "-m", "x", "annotated", second.text()});
    const auto annotated = real.id("refs/tags/annotated");
    const auto blob = real.id(first.text() + ":a");
    const auto created = brought(real, "refs/tags/v1", k_zero, annotated);
    CHECK(created.commits.empty());
    CHECK(created.paths.empty());
    CHECK(created.paths_complete);
    CHECK(created.forced == std::nullopt);
    CHECK(brought(real, "refs/tags/v1", first, annotated).forced == false);
    CHECK(brought(real, "refs/tags/v1", annotated, first).forced == true);
    CHECK(brought(real, "refs/tags/v1", k_zero, blob).paths_complete);
    CHECK(brought(real, "refs/tags/v1", first, blob).forced == std::nullopt);
}

TEST_CASE("refs outside heads and tags may point at anything") {
    GitRepository real;
    const auto first = real.commit("main", {{"a", "1"}});
    const auto blob = real.id(first.text() + ":a");
    const auto found = brought(real, "refs/notes/x", k_zero, blob);
    CHECK(found.commits.empty());
    CHECK_FALSE(found.commits_complete);
    CHECK_FALSE(found.paths_complete);

    const auto branch = open(real).brought("refs/heads/main", k_zero, blob);
    REQUIRE_FALSE(branch);
    CHECK(branch.error().code == ErrorCode::invalid);
}

TEST_CASE("where the old commit is gone nothing is claimed") {
    GitRepository real;
    const auto gone = ObjectId::parse(std::string(40, 'a')).value();
    const auto first = real.commit("main", {{"a", "1"}});
    const auto found = brought(real, "refs/heads/main", gone, first);
    CHECK_FALSE(found.commits_complete);
    CHECK_FALSE(found.paths_complete);
    CHECK(found.paths.empty());

    const auto lost = open(real).brought("refs/heads/main", first, gone);
    REQUIRE_FALSE(lost);
    CHECK(lost.error().code == ErrorCode::not_found);
}

TEST_CASE("of many commits the newest hundred are kept and all counted") {
    GitRepository real;
    std::string stream;
    for (int i = 1; i <= 250; ++i) {
        const auto text = std::to_string(i);
        stream += "commit refs/heads/main\ncommitter Ann <ann@acme.test> 1760000000 +0000\ndata " +
                  std::to_string(text.size()) + "\n" + text + "\nM 100644 inline f" + text +
                  "\ndata 1\nx\n";
    }
    real.git({"fast-import", "--quiet"}, stream);
    const auto tip = real.id("main");
    const auto found = brought(real, "refs/heads/main", k_zero, tip);
    REQUIRE(found.commits.size() == Event::k_max_commits);
    CHECK(found.commits.front().message == "151");
    CHECK(found.commits.back().message == "250");
    CHECK(found.commit_count == 250);
    CHECK_FALSE(found.commits_complete);
    CHECK(found.paths.size() == 250);
    CHECK(found.paths_complete);

    const auto limited = brought(real, "refs/heads/main", k_zero, tip, 120);
    CHECK(limited.commit_count == 120);
    CHECK_FALSE(limited.commits_complete);
    CHECK(limited.commits.back().message == "250");

    const auto all = brought(real, "refs/heads/main", real.id("main~100"), tip, 100);
    CHECK(all.commit_count == 100);
    CHECK(all.commits_complete);
}

TEST_CASE("path lists are cut at a limit and say so") {
    GitRepository real;
    const auto first = real.commit("main", {{"a", "1"}});
    std::vector<FileChange> many;
    for (std::size_t i = 0; i < Brought::k_max_paths + 1; ++i) {
        many.push_back({"f/" + std::to_string(i), "x"});
    }
    const auto second = real.commit("main", many);
    const auto found = brought(real, "refs/heads/main", first, second);
    CHECK(found.paths.size() == Brought::k_max_paths);
    CHECK_FALSE(found.paths_complete);
    CHECK(found.commits.at(0).added.size() == Brought::k_max_paths);
    CHECK_FALSE(found.commits_complete);
}

TEST_CASE("T035 trees that hold one tree many times, many levels deep, end the comparison") {
    GitRepository real;
    const auto before = real.commit("main", {{"a", "1"}});
    const auto bomb = [&real, &before](std::string tree, int levels) {
        for (int level = 0; level < levels; ++level) {
            std::string entries;
            for (char name = 'a'; name <= 'j'; ++name) {
                entries += "040000 tree " + tree + "\t" + name + "\n";
            }
            tree = real.line({"mktree"}, entries);
        }
        return real.line({"commit-tree", "-m", "bomb", "-p", before.text(), tree});
    };
    const auto files = bomb(
        real.line({"mktree"}, "100644 blob " + real.id(before.text() + ":a").text() + "\tx\n"), 12);
    CHECK_FALSE(
        brought(real, "refs/heads/main", before, ObjectId::parse(files).value()).paths_complete);
    // Folders in folders and no file at all: only the count of entries ends it.
    const auto folders = bomb(real.line({"mktree"}, ""), 12);
    CHECK_FALSE(
        brought(real, "refs/heads/main", before, ObjectId::parse(folders).value()).paths_complete);
}

TEST_CASE("T035 a tree nested too deep ends the comparison, not the program") {
    GitRepository real;
    const auto first = real.commit("main", {{"a", "1"}});
    std::string deep;
    for (int i = 0; i < 1500; ++i) {
        deep += "d/";
    }
    const auto second = real.commit("main", {{deep + "x", "1"}});
    const auto found = brought(real, "refs/heads/main", first, second);
    CHECK_FALSE(found.paths_complete);
    CHECK(found.paths.empty());
}

TEST_CASE("T035 a commit with a time beyond any calendar has none, a huge message is cut") {
    GitRepository real;
    const auto first = real.commit("main", {{"a", "1"}});
    const auto tree = real.line({"rev-parse", first.text() + "^{tree}"});
    std::string text = "tree " + tree + "\nparent " + first.text() +
                       "\nauthor Ann <ann@acme.test> 9223372036854775807 +0000\n"
                       "committer Ann <ann@acme.test> 9223372036854775807 +0000\n\n";
    for (int i = 0; i < 100'000; ++i) {
        text += "\xc3\xa9";
    }
    const auto second =
        ObjectId::parse(
            real.line({"hash-object", "-t", "commit", "-w", "--stdin", "--literally"}, text))
            .value();
    const auto found = brought(real, "refs/heads/main", first, second);
    REQUIRE(found.commits.size() == 1);
    CHECK(found.commits[0].timestamp == std::nullopt);
    CHECK(found.commits[0].message.size() == 64 * 1024);
    CHECK(is_valid_utf8(found.commits[0].message));
}

TEST_CASE("T035 an object that is missing is an error and not a crash") {
    GitRepository real;
    const auto first = real.commit("main", {{"a", "1"}});
    const auto broken = real.line({"hash-object", "-t", "commit", "-w", "--stdin", "--literally"},
                                  "tree " + std::string(40, 'b') + "\nparent " + first.text() +
                                      "\nauthor A <a@acme.test> 1 +0000\n"
                                      "committer A <a@acme.test> 1 +0000\n\nx\n");
    const auto found =
        open(real).brought("refs/heads/main", first, ObjectId::parse(broken).value());
    REQUIRE_FALSE(found);
    CHECK(found.error().message.find(std::string(40, 'b')) != std::string::npos);
}

TEST_CASE("random histories are seen as git sees them") {
    const auto seed = GENERATE(1U, 2U, 3U, 4U);
    CAPTURE(seed);
    GitRepository real;
    RandomHistory history(real, seed, 40);
    real.git({"update-ref", "refs/heads/main", history.commits[20].text()});
    for (int i = 0; i < 12; ++i) {
        const auto& before = history.commits[history.below(history.commits.size())];
        const auto& after = history.commits[history.below(history.commits.size())];
        const bool creation = i % 3 == 0;
        const auto& from = creation ? history.commits[20] : before;
        CAPTURE(creation, before.text(), after.text());
        const auto found = brought(real, "refs/heads/topic", creation ? k_zero : before, after);

        auto expected = lines_of(real.git({"rev-list", after.text(), "--not", from.text()}));
        auto seen = ids(found);
        check_order(found);
        std::sort(expected.begin(), expected.end());
        std::sort(seen.begin(), seen.end());
        CHECK(seen == expected);
        for (const auto& commit : found.commits) {
            CAPTURE(commit.id);
            CHECK(status_of(commit) ==
                  status_of(real, commit.parents.empty() ? k_empty_tree : commit.parents[0],
                            commit.id));
        }

        Names bases;
        try {
            bases = lines_of(real.git({"merge-base", "--all", from.text(), after.text()}));
        } catch (const std::exception&) {
            bases = {k_empty_tree};  // unrelated histories
        }
        CHECK(std::any_of(bases.begin(), bases.end(), [&](const auto& base) {
            return paths_between(real, base, after.text()) == found.paths;
        }));
        CHECK(found.paths_complete);
        if (!creation) {
            const bool is_base =
                std::find(bases.begin(), bases.end(), before.text()) != bases.end();
            CHECK(found.forced == !is_base);
        }
    }
}

}  // namespace
}  // namespace hookd::git
