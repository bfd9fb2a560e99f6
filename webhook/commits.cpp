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

struct ReadCommit {
    Commit commit;
    bool lists_paths = true;
};

Result<ReadCommit> read_commit(const Json& object) {
    auto id = require_object_id(object, "id");
    if (!id) {
        return fail(id.error().in("commits"));
    }
    ReadCommit read;
    Commit& commit = read.commit;
    commit.id = *std::move(id);
    commit.message = text_at(object, "message");
    commit.author.name = text_at(object, "author/name");
    commit.author.email = text_at(object, "author/email");
    if (const auto time = from_rfc3339(text_at(object, "timestamp"))) {
        commit.timestamp = *time;
    }
    for (const auto& [name, paths] :
         {std::pair{"added", &commit.added}, std::pair{"modified", &commit.modified},
          std::pair{"removed", &commit.removed}}) {
        read.lists_paths = read_paths(object, name, *paths) && read.lists_paths;
    }
    return read;
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
    bool lists_paths = true;
    for (std::size_t i = 0; i < listed; ++i) {
        auto read = read_commit((*list.commits)[i]);
        if (!read) {
            return fail(read.error());
        }
        lists_paths = lists_paths && read->lists_paths;
        add_paths(event.paths, read->commit);
        if (listed - i <= Event::k_max_commits) {
            event.commits.push_back(std::move(read->commit));
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
