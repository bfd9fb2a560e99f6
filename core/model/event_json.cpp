#include "core/model/event_json.hpp"

#include "core/base/base64.hpp"
#include "core/base/text.hpp"

#include <nlohmann/json.hpp>

namespace hookd {
namespace {

using Json = nlohmann::ordered_json;

Json text_or_null(std::string_view text) {
    return text.empty() ? Json() : Json(to_valid_utf8(text));
}

void set_bytes_or_null(Json& object, const std::string& name, std::string_view bytes) {
    if (bytes.empty()) {
        object[name] = nullptr;
    } else {
        set_bytes(object, name, bytes);
    }
}

void set_paths(Json& object, const std::string& name, const std::vector<std::string>& paths) {
    Json shown = Json::array();
    Json exact = Json::array();
    bool lossy = false;
    for (const std::string& path : paths) {
        shown.push_back(to_valid_utf8(path));
        const bool valid = is_valid_utf8(path);
        exact.push_back(valid ? Json() : Json(to_base64(path)));
        lossy = lossy || !valid;
    }
    object[name] = std::move(shown);
    if (lossy) {
        object[name + "_base64"] = std::move(exact);
    }
}

Json person_json(const Person& person, bool with_login) {
    Json object = Json::object();
    if (with_login) {
        object["login"] = text_or_null(person.login);
    }
    object["name"] = to_valid_utf8(person.name);
    object["email"] = to_valid_utf8(person.email);
    return object;
}

Json commit_json(const Commit& commit) {
    Json object;
    object["id"] = to_valid_utf8(commit.id);
    object["parents"] = Json::array();
    for (const std::string& parent : commit.parents) {
        object["parents"].push_back(to_valid_utf8(parent));
    }
    object["message"] = to_valid_utf8(commit.message);
    object["author"] = person_json(commit.author, false);
    object["timestamp"] = commit.timestamp ? Json(to_rfc3339(*commit.timestamp)) : Json();
    set_paths(object, "added", commit.added);
    set_paths(object, "modified", commit.modified);
    set_paths(object, "removed", commit.removed);
    return object;
}

Json merge_request_json(const MergeRequest& request) {
    Json source;
    source["repository"] = text_or_null(request.source_repository);
    set_bytes_or_null(source, "branch", request.source_branch);
    source["commit"] = text_or_null(request.source_commit);
    Json target;
    target["repository"] = text_or_null(request.target_repository);
    set_bytes_or_null(target, "branch", request.target_branch);
    Json object;
    object["number"] = request.number;
    object["title"] = to_valid_utf8(request.title);
    object["url"] = text_or_null(request.url);
    object["draft"] = request.draft;
    object["labels"] = Json::array();
    for (const std::string& label : request.labels) {
        object["labels"].push_back(to_valid_utf8(label));
    }
    object["source"] = std::move(source);
    object["target"] = std::move(target);
    object["merge_commit"] = text_or_null(request.merge_commit);
    object["fork"] = request.fork;
    return object;
}

Json release_json(const Release& release) {
    Json object;
    set_bytes_or_null(object, "tag", release.tag);
    object["name"] = text_or_null(release.name);
    object["url"] = text_or_null(release.url);
    object["prerelease"] = release.prerelease;
    object["draft"] = release.draft;
    return object;
}

Json source_json(const Source& source) {
    Json object;
    object["type"] = to_valid_utf8(source.type);
    set_bytes(object, "name", source.name);
    object["delivery"] = text_or_null(source.delivery);
    object["event"] = text_or_null(source.event);
    object["received_at"] = to_rfc3339(source.received_at);
    object["peer"] = text_or_null(source.peer);
    return object;
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

Json to_json(const Event& event) {
    Json object;
    object["id"] = to_valid_utf8(event.id.text());
    object["kind"] = to_text(event.kind);
    object["change"] = text_or_null(event.change);
    object["repository"] = event.repository.text();
    set_bytes_or_null(object, "ref", event.ref);
    set_bytes_or_null(object, "branch", event.branch);
    set_bytes_or_null(object, "tag", event.tag);
    object["before"] = text_or_null(event.before);
    object["after"] = text_or_null(event.after);
    object["forced"] = event.forced ? Json(*event.forced) : Json();
    object["commits"] = Json::array();
    for (const Commit& commit : event.commits) {
        object["commits"].push_back(commit_json(commit));
    }
    object["commit_count"] = event.commit_count ? Json(*event.commit_count) : Json();
    object["commits_complete"] = event.commits_complete;
    set_paths(object, "paths", event.paths);
    object["paths_complete"] = event.paths_complete;
    object["actor"] = event.actor ? person_json(*event.actor, true) : Json();
    object["merge_request"] =
        event.merge_request ? merge_request_json(*event.merge_request) : Json();
    object["release"] = event.release ? release_json(*event.release) : Json();
    set_paths(object, "push_options", event.push_options);
    object["source"] = source_json(event.source);
    return object;
}

std::string to_json_text(const Event& event) {
    return to_json(event).dump();
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
