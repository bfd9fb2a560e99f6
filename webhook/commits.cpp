#include "webhook/commits.hpp"

#include "webhook/fields.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace hookd::webhook {
namespace {

using Json = nlohmann::json;

/// False where the source does not list the paths.
bool read_paths(const Json& commit, std::string_view name, std::vector<std::string>& paths) {
    const Json* const list = field(commit, name);
    if (list == nullptr || !list->is_array()) {
        return false;
    }
    for (const Json& path : *list) {
        if (!path.is_string()) {
            return false;
        }
        paths.push_back(path.get<std::string>());
    }
    return true;
}

Result<Commit> read_commit(const Json& object, bool& lists_paths) {
    auto id = require_object_id(object, "id");
    if (!id) {
        return fail(id.error());
    }
    Commit commit;
    commit.id = *std::move(id);
    commit.message = text_at(object, "message");
    commit.author.name = text_at(object, "author/name");
    commit.author.email = text_at(object, "author/email");
    commit.timestamp = time_at(object, "timestamp");
    for (const auto& [name, paths] :
         {std::pair{"added", &commit.added}, std::pair{"modified", &commit.modified},
          std::pair{"removed", &commit.removed}}) {
        lists_paths = read_paths(object, name, *paths) && lists_paths;
    }
    return commit;
}

void add_paths(std::vector<std::string>& all, const Commit& commit) {
    for (const auto* paths : {&commit.added, &commit.modified, &commit.removed}) {
        all.insert(all.end(), paths->begin(), paths->end());
    }
}

}  // namespace

Status set_commits(Event& event, const CommitList& list) {
    event.commit_count = list.total;
    if (list.commits == nullptr) {
        return {};
    }
    if (!list.commits->is_array()) {
        return fail(ErrorCode::invalid, "\"commits\" is no list");
    }
    const std::size_t listed = list.commits->size();
    const CommitReader read = list.read != nullptr ? list.read : read_commit;
    bool lists_paths = true;
    bool newest_first = false;
    for (std::size_t i = 0; i < listed; ++i) {
        if (i == 0 && listed > 1) {
            bool ignored = true;
            const auto first = read(list.commits->front(), ignored);
            newest_first = first && first->id == event.after;
        }
        auto commit = read((*list.commits)[newest_first ? listed - 1 - i : i], lists_paths);
        if (!commit) {
            return fail(commit.error().in("commits"));
        }
        add_paths(event.paths, *commit);
        if (listed - i <= Event::k_max_commits) {
            event.commits.push_back(*std::move(commit));
        }
    }
    std::sort(event.paths.begin(), event.paths.end());
    event.paths.erase(std::unique(event.paths.begin(), event.paths.end()), event.paths.end());

    const bool says_nothing =
        event.change == "created" && (listed == 0 || event.kind == EventKind::tag);
    const bool whole = list.kept == Kept::whole && !says_nothing &&
                       list.total == static_cast<std::int64_t>(listed);
    event.commits_complete = whole && listed <= Event::k_max_commits;
    event.paths_complete = whole && lists_paths && !event.forced.value_or(false);
    return {};
}

}  // namespace hookd::webhook
