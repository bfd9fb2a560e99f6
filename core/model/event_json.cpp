#include "core/model/event_json.hpp"

#include "core/base/base64.hpp"
#include "core/base/text.hpp"
#include "core/model/json_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace hookd {
namespace {

using Json = nlohmann::ordered_json;

// Writing: straight to text, for every delivery passes here.

void add_text(JsonText& json, std::string_view name, std::string_view text) {
    json.name(name);
    json.text(text);
}

void add_text_or_null(JsonText& json, std::string_view name, std::string_view text) {
    json.name(name);
    text.empty() ? json.null() : json.text(text);
}

void add_bytes(JsonText& json, std::string_view name, std::string_view bytes) {
    add_text(json, name, bytes);
    if (!is_valid_utf8(bytes)) {
        add_text(json, std::string(name) + "_base64", to_base64(bytes));
    }
}

void add_bytes_or_null(JsonText& json, std::string_view name, std::string_view bytes) {
    if (bytes.empty()) {
        add_text_or_null(json, name, {});
    } else {
        add_bytes(json, name, bytes);
    }
}

void add_texts(JsonText& json, std::string_view name, const std::vector<std::string>& texts) {
    json.name(name);
    json.begin_array();
    for (const std::string& text : texts) {
        json.text(text);
    }
    json.end_array();
}

void add_paths(JsonText& json, std::string_view name, const std::vector<std::string>& paths) {
    add_texts(json, name, paths);
    if (std::all_of(paths.begin(), paths.end(),
                    [](const std::string& path) { return is_valid_utf8(path); })) {
        return;
    }
    json.name(std::string(name) + "_base64");
    json.begin_array();
    for (const std::string& path : paths) {
        is_valid_utf8(path) ? json.null() : json.text(to_base64(path));
    }
    json.end_array();
}

void add_boolean(JsonText& json, std::string_view name, bool value) {
    json.name(name);
    json.boolean(value);
}

void add_person(JsonText& json, const Person& person, bool with_login) {
    json.begin_object();
    if (with_login) {
        add_text_or_null(json, "login", person.login);
    }
    add_text(json, "name", person.name);
    add_text(json, "email", person.email);
    json.end_object();
}

void add_commit(JsonText& json, const Commit& commit) {
    json.begin_object();
    add_text(json, "id", commit.id);
    add_texts(json, "parents", commit.parents);
    add_text(json, "message", commit.message);
    json.name("author");
    add_person(json, commit.author, false);
    add_text_or_null(json, "timestamp", commit.timestamp ? to_rfc3339(*commit.timestamp) : "");
    add_paths(json, "added", commit.added);
    add_paths(json, "modified", commit.modified);
    add_paths(json, "removed", commit.removed);
    json.end_object();
}

void add_merge_request(JsonText& json, const MergeRequest& request) {
    json.begin_object();
    json.name("number");
    json.number(request.number);
    add_text(json, "title", request.title);
    add_text_or_null(json, "url", request.url);
    add_boolean(json, "draft", request.draft);
    add_texts(json, "labels", request.labels);
    json.name("source");
    json.begin_object();
    add_text_or_null(json, "repository", request.source_repository);
    add_bytes_or_null(json, "branch", request.source_branch);
    add_text_or_null(json, "commit", request.source_commit);
    json.end_object();
    json.name("target");
    json.begin_object();
    add_text_or_null(json, "repository", request.target_repository);
    add_bytes_or_null(json, "branch", request.target_branch);
    json.end_object();
    add_text_or_null(json, "merge_commit", request.merge_commit);
    add_boolean(json, "fork", request.fork);
    json.end_object();
}

void add_release(JsonText& json, const Release& release) {
    json.begin_object();
    add_bytes_or_null(json, "tag", release.tag);
    add_text_or_null(json, "name", release.name);
    add_text_or_null(json, "url", release.url);
    add_boolean(json, "prerelease", release.prerelease);
    add_boolean(json, "draft", release.draft);
    json.end_object();
}

void add_source(JsonText& json, const Source& source) {
    json.begin_object();
    add_text(json, "type", source.type);
    add_bytes(json, "name", source.name);
    add_text_or_null(json, "delivery", source.delivery);
    add_text_or_null(json, "event", source.event);
    add_text(json, "received_at", to_rfc3339(source.received_at));
    add_text_or_null(json, "peer", source.peer);
    json.end_object();
}

/// `value` through `add`, or null.
template <class T, class Add>
void add_or_null(JsonText& json, std::string_view name, const std::optional<T>& value, Add add) {
    json.name(name);
    if (value) {
        add(*value);
    } else {
        json.null();
    }
}

// Reading back: what is missing or null stays as the default value.

std::string read_text(const Json& object, const std::string& name) {
    const auto exact = object.find(name + "_base64");
    if (exact != object.end() && exact->is_string()) {
        if (auto bytes = from_base64(exact->get_ref<const std::string&>())) {
            return *std::move(bytes);
        }
    }
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

bool read_bool(const Json& object, const std::string& name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_boolean() && found->get<bool>();
}

std::optional<std::int64_t> read_number(const Json& object, const std::string& name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_number_integer()
               ? std::optional(found->get<std::int64_t>())
               : std::nullopt;
}

std::vector<std::string> read_texts(const Json& object, const std::string& name) {
    std::vector<std::string> texts;
    const auto found = object.find(name);
    if (found == object.end() || !found->is_array()) {
        return texts;
    }
    const auto exact = object.find(name + "_base64");
    for (std::size_t i = 0; i < found->size(); ++i) {
        const Json& shown = (*found)[i];
        std::optional<std::string> bytes;
        if (exact != object.end() && i < exact->size() && (*exact)[i].is_string()) {
            bytes = from_base64((*exact)[i].get_ref<const std::string&>());
        }
        texts.push_back(bytes ? *std::move(bytes)
                              : (shown.is_string() ? shown.get<std::string>() : std::string{}));
    }
    return texts;
}

const Json& object_or_empty(const Json& object, const std::string& name) {
    static const Json k_empty = Json::object();
    const auto found = object.find(name);
    return found != object.end() && found->is_object() ? *found : k_empty;
}

bool is_object(const Json& object, const std::string& name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_object();
}

Person read_person(const Json& object) {
    return Person{read_text(object, "login"), read_text(object, "name"),
                  read_text(object, "email")};
}

std::optional<WallTime> read_time(const Json& object, const std::string& name) {
    const auto time = from_rfc3339(read_text(object, name));
    return time ? std::optional(*time) : std::nullopt;
}

Commit read_commit(const Json& object) {
    Commit commit;
    commit.id = read_text(object, "id");
    commit.parents = read_texts(object, "parents");
    commit.message = read_text(object, "message");
    commit.author = read_person(object_or_empty(object, "author"));
    commit.timestamp = read_time(object, "timestamp");
    commit.added = read_texts(object, "added");
    commit.modified = read_texts(object, "modified");
    commit.removed = read_texts(object, "removed");
    return commit;
}

MergeRequest read_merge_request(const Json& object) {
    const Json& source = object_or_empty(object, "source");
    const Json& target = object_or_empty(object, "target");
    MergeRequest request;
    request.number = read_number(object, "number").value_or(0);
    request.title = read_text(object, "title");
    request.url = read_text(object, "url");
    request.draft = read_bool(object, "draft");
    request.labels = read_texts(object, "labels");
    request.source_repository = read_text(source, "repository");
    request.source_branch = read_text(source, "branch");
    request.source_commit = read_text(source, "commit");
    request.target_repository = read_text(target, "repository");
    request.target_branch = read_text(target, "branch");
    request.merge_commit = read_text(object, "merge_commit");
    request.fork = read_bool(object, "fork");
    return request;
}

Event read_event(const Json& object) {
    Event event;
    event.id = EventId(read_text(object, "id"));
    event.kind = event_kind_from(read_text(object, "kind")).value_or(EventKind::other);
    event.change = read_text(object, "change");
    if (auto name = RepositoryName::parse(read_text(object, "repository"))) {
        event.repository = *std::move(name);
    }
    event.ref = read_text(object, "ref");
    event.branch = read_text(object, "branch");
    event.tag = read_text(object, "tag");
    event.before = read_text(object, "before");
    event.after = read_text(object, "after");
    if (const auto forced = object.find("forced"); forced != object.end() && forced->is_boolean()) {
        event.forced = forced->get<bool>();
    }
    if (const auto commits = object.find("commits");
        commits != object.end() && commits->is_array()) {
        for (const Json& commit : *commits) {
            event.commits.push_back(read_commit(commit));
        }
    }
    event.commit_count = read_number(object, "commit_count");
    event.commits_complete = read_bool(object, "commits_complete");
    event.paths = read_texts(object, "paths");
    event.paths_complete = read_bool(object, "paths_complete");
    if (is_object(object, "actor")) {
        event.actor = read_person(object.at("actor"));
    }
    if (is_object(object, "merge_request")) {
        event.merge_request = read_merge_request(object.at("merge_request"));
    }
    if (is_object(object, "release")) {
        const Json& release = object.at("release");
        event.release = Release{read_text(release, "tag"), read_text(release, "name"),
                                read_text(release, "url"), read_bool(release, "prerelease"),
                                read_bool(release, "draft")};
    }
    event.push_options = read_texts(object, "push_options");
    const Json& source = object_or_empty(object, "source");
    event.source = Source{read_text(source, "type"),
                          read_text(source, "name"),
                          read_text(source, "delivery"),
                          read_text(source, "event"),
                          read_time(source, "received_at").value_or(WallTime{}),
                          read_text(source, "peer")};
    return event;
}

}  // namespace

void set_bytes(Json& object, const std::string& name, std::string_view bytes) {
    object[name] = to_valid_utf8(bytes);
    if (!is_valid_utf8(bytes)) {
        object[name + "_base64"] = to_base64(bytes);
    }
}

std::string to_json_text(const Event& event) {
    constexpr std::size_t k_most_have = 2048;
    JsonText json(k_most_have);
    json.begin_object();
    add_text(json, "id", event.id.text());
    add_text(json, "kind", to_text(event.kind));
    add_text_or_null(json, "change", event.change);
    add_text(json, "repository", event.repository.text());
    add_bytes_or_null(json, "ref", event.ref);
    add_bytes_or_null(json, "branch", event.branch);
    add_bytes_or_null(json, "tag", event.tag);
    add_text_or_null(json, "before", event.before);
    add_text_or_null(json, "after", event.after);
    add_or_null(json, "forced", event.forced, [&json](bool value) { json.boolean(value); });
    json.name("commits");
    json.begin_array();
    for (const Commit& commit : event.commits) {
        add_commit(json, commit);
    }
    json.end_array();
    add_or_null(json, "commit_count", event.commit_count,
                [&json](std::int64_t value) { json.number(value); });
    add_boolean(json, "commits_complete", event.commits_complete);
    add_paths(json, "paths", event.paths);
    add_boolean(json, "paths_complete", event.paths_complete);
    add_or_null(json, "actor", event.actor,
                [&json](const Person& person) { add_person(json, person, true); });
    add_or_null(json, "merge_request", event.merge_request,
                [&json](const MergeRequest& request) { add_merge_request(json, request); });
    add_or_null(json, "release", event.release,
                [&json](const Release& release) { add_release(json, release); });
    add_paths(json, "push_options", event.push_options);
    json.name("source");
    add_source(json, event.source);
    json.end_object();
    return std::move(json).take();
}

Json to_json(const Event& event) {
    return Json::parse(to_json_text(event));
}

Result<Event> event_from_json(std::string_view text) {
    const Json object = Json::parse(text, nullptr, false);
    if (!object.is_object()) {
        return fail(ErrorCode::invalid, "the stored event is no JSON object");
    }
    const auto wrong = [](const std::string& field) {
        return fail(ErrorCode::invalid, "the stored event has no valid \"" + field + "\"");
    };
    Event event = read_event(object);
    if (!event.id) {
        return wrong("id");
    }
    // These two decide which rules apply: a wrong one must not become another value.
    if (!event_kind_from(read_text(object, "kind"))) {
        return wrong("kind");
    }
    if (event.repository.text() != read_text(object, "repository")) {
        return wrong("repository");
    }
    return event;
}

}  // namespace hookd
