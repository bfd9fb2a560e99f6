#pragma once

#include "core/base/clock.hpp"
#include "core/model/ids.hpp"
#include "core/model/names.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hookd {

enum class EventKind { push, tag, merge_request, release, comment, ping, schedule, manual, other };

[[nodiscard]] std::string_view to_text(EventKind kind);
[[nodiscard]] std::optional<EventKind> event_kind_from(std::string_view text);

struct Person {
    std::string login;
    std::string name;
    std::string email;
    bool operator==(const Person&) const = default;
};

struct Commit {
    std::string id;
    std::vector<std::string> parents;  ///< empty also where the source does not say
    std::string message;
    Person author;  ///< without login
    std::optional<WallTime> timestamp;
    std::vector<std::string> added, modified, removed;  ///< paths, bytes
    bool operator==(const Commit&) const = default;
};

struct MergeRequest {
    std::int64_t number = 0;
    std::string title;
    std::string url;
    bool draft = false;
    std::vector<std::string> labels;
    std::string source_repository;  ///< the forge's full name; empty where it is gone
    std::string source_branch;
    std::string source_commit;
    std::string target_repository;
    std::string target_branch;
    std::string merge_commit;  ///< empty until merged
    bool fork = false;         ///< source and target repositories differ, or the source is gone
    bool operator==(const MergeRequest&) const = default;
};

struct Release {
    std::string tag;
    std::string name;
    std::string url;
    bool prerelease = false;
    bool draft = false;
    bool operator==(const Release&) const = default;
};

/// Where an event came from.
struct Source {
    std::string type;      ///< hook github gitlab ... manual reconcile
    std::string name;      ///< the configured endpoint's path, or the hook's repository path
    std::string delivery;  ///< the provider's delivery id; for a hook its spool file's id
    std::string event;     ///< the provider's own event name; "post-receive" for a hook
    WallTime received_at{};
    std::string peer;  ///< address of the sender; empty for local sources
    bool operator==(const Source&) const = default;
};

/// One normalized fact from a repository; the same value whatever the source.
/// Names that git allows as bytes (ref, branch, tag, paths) are bytes here.
/// **Source:** the table of fields in docs/events.md.
struct Event {
    static constexpr std::size_t k_max_commits = 100;

    EventId id;
    EventKind kind = EventKind::other;
    std::string change;  ///< created updated deleted opened merged ...; empty is null
    RepositoryName repository;
    std::string ref;
    std::string branch;  ///< empty is null
    std::string tag;     ///< empty is null
    std::string before;  ///< 40 or 64 hex digits, all zero where there was none; empty is null
    std::string after;
    std::optional<bool> forced;
    std::vector<Commit> commits;  ///< oldest first, at most k_max_commits
    std::optional<std::int64_t> commit_count;
    bool commits_complete = false;
    std::vector<std::string> paths;  ///< sorted, unique
    bool paths_complete = false;
    std::optional<Person> actor;  ///< for showing, never for granting
    std::optional<MergeRequest> merge_request;
    std::optional<Release> release;
    std::vector<std::string> push_options;
    Source source;

    bool operator==(const Event&) const = default;

    /// Whether this is a ref that moved: then (repository, ref, before, after) identifies it.
    [[nodiscard]] bool is_ref_change() const;
    /// The commit that actions work on: `after` of a push or tag; of a merge request the merge
    /// commit once merged, else the source commit. Empty where there is none (a deletion).
    [[nodiscard]] std::string commit() const;
};

/// Sets ref, branch or tag, kind and change of a moved ref from the full name and both ids:
/// refs/heads/ is a push, refs/tags/ a tag, anything else `other`. `before` is empty where the
/// source does not say where the ref was: then nothing tells the change from another one.
void describe_ref_change(Event& event, std::string ref, std::string before, std::string after);

}  // namespace hookd
