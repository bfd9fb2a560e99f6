#pragma once

#include "tests/support/git_repository.hpp"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace hookd::test {

/// A history of `count` commits made at random from `seed`: merges of any two, several branches,
/// commits of one second, roots of their own; files that come, change, go, change their mode,
/// become links, submodules, folders, and names around the order of '/' in trees.
class RandomHistory {
  public:
    RandomHistory(GitRepository& repository, unsigned seed, std::size_t count) : random_(seed) {
        for (std::size_t i = 0; i < count; ++i) {
            std::vector<ObjectId> parents;
            if (!commits.empty() && chance(95)) {
                parents.push_back(any_commit());
                if (chance(25)) {
                    const auto other = any_commit();
                    if (other != parents.front()) {
                        parents.push_back(other);
                    }
                }
            }
            // A branch of its own for each commit: nothing is ever lost.
            commits.push_back(repository.commit("c" + std::to_string(i), changes(), parents,
                                                1'760'000'000 + static_cast<std::int64_t>(i) / 3));
        }
    }

    [[nodiscard]] const ObjectId& any_commit() {
        // Mostly recent ones, so that histories are long and not only wide.
        const auto back = std::min<std::size_t>(below(4) * below(4), commits.size() - 1);
        return commits[commits.size() - 1 - back];
    }
    [[nodiscard]] std::size_t below(std::size_t limit) { return random_() % limit; }

    std::vector<ObjectId> commits;

  private:
    bool chance(std::size_t percent) { return below(100) < percent; }

    std::vector<FileChange> changes() {
        static const std::vector<std::string> names{"a",        "a.b",   "a-b", "a/b",   "a/b/c",
                                                    "a0",       "b/x",   "b/y", "b.txt", "b",
                                                    "\xff\xfe", "d e/f", "d e", "z"};
        static const std::vector<std::string> modes{"100644", "100644", "100644", "100755",
                                                    "120000", "160000", "D",      "D"};
        std::vector<FileChange> made;
        const auto count = below(4);
        for (std::size_t i = 0; i < count; ++i) {
            FileChange change{names[below(names.size())], std::to_string(below(3)),
                              modes[below(modes.size())]};
            if (change.mode == "160000") {
                change.content = std::string(40, static_cast<char>('1' + below(3)));
            }
            made.push_back(std::move(change));
        }
        return made;
    }

    std::mt19937 random_;
};

}  // namespace hookd::test
