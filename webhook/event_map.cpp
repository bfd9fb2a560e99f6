#include "webhook/event_map.hpp"

#include "core/base/text.hpp"
#include "core/model/names.hpp"
#include "webhook/json_place.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <utility>

namespace hookd::webhook {
namespace {

using config::FieldSource;
using config::JsonPointer;
using Json = nlohmann::json;

constexpr std::array<std::string_view, 5> k_lists = {"push_options", "merge_request/labels",
                                                     "added", "modified", "removed"};

/// The place of a path of our own in an object that is made, or already there.
Json& member(Json& object, std::string_view path) {
    Json* value = &object;
    for (const std::string_view name : split(path, '/')) {
        value = &(*value)[std::string(name)];
    }
    return *value;
}

Json translated(const FieldSource& source, const Json& value) {
    if (value.is_string()) {
        const auto word = source.words.find(value.get_ref<const std::string&>());
        if (word != source.words.end()) {
            return word->second;
        }
    }
    return value;
}

Json constant_of(const FieldSource& source) {
    return std::visit(
        [](const auto& from) -> Json {
            if constexpr (std::is_same_v<std::decay_t<decltype(from)>, JsonPointer>) {
                return nullptr;
            } else {
                return from;
            }
        },
        source.from);
}

void read_fields(const Json& document, std::span<const FieldSource> sources, Json& members) {
    for (const FieldSource& source : sources) {
        const auto* const pointer = std::get_if<JsonPointer>(&source.from);
        if (pointer == nullptr) {
            member(members, source.field) = constant_of(source);
        } else if (const Json* const value = value_at(document, *pointer)) {
            member(members, source.field) = translated(source, *value);
        }
    }
}

Selection::Place want(Selection& wanted, Selection::Place from, const JsonPointer& pointer) {
    for (const std::string& name : pointer) {
        from = wanted.want_member(from, name);
    }
    return from;
}

void want_fields(Selection& wanted, Selection::Place from, std::span<const FieldSource> sources) {
    for (const FieldSource& source : sources) {
        if (const auto* const pointer = std::get_if<JsonPointer>(&source.from)) {
            const Selection::Place place = want(wanted, from, *pointer);
            if (std::find(k_lists.begin(), k_lists.end(), source.field) != k_lists.end()) {
                static_cast<void>(wanted.want_elements(place));
            }
        }
    }
}

bool has_index(const FieldSource& source) {
    const auto* const pointer = std::get_if<JsonPointer>(&source.from);
    return pointer != nullptr && std::any_of(pointer->begin(), pointer->end(), is_index);
}

FieldSource same(std::string_view path) {
    JsonPointer pointer;
    for (const std::string_view name : split(path, '/')) {
        pointer.emplace_back(name);
    }
    return {std::string(path), std::move(pointer), {}};
}

/// Of a body that is an event.
config::EventMap same_places() {
    config::EventMap map;
    for (const std::string_view path : {"kind",
                                        "change",
                                        "repository",
                                        "ref",
                                        "branch",
                                        "tag",
                                        "before",
                                        "after",
                                        "forced",
                                        "commit_count",
                                        "push_options",
                                        "actor/login",
                                        "actor/name",
                                        "actor/email",
                                        "merge_request/number",
                                        "merge_request/title",
                                        "merge_request/url",
                                        "merge_request/draft",
                                        "merge_request/labels",
                                        "merge_request/merge_commit",
                                        "merge_request/source/repository",
                                        "merge_request/source/branch",
                                        "merge_request/source/commit",
                                        "merge_request/target/repository",
                                        "merge_request/target/branch",
                                        "release/tag",
                                        "release/name",
                                        "release/url",
                                        "release/prerelease",
                                        "release/draft"}) {
        map.fields.push_back(same(path));
    }
    config::CommitSource commits{{"commits"}, {}};
    for (const std::string_view path : {"id", "message", "timestamp", "author/name", "author/email",
                                        "added", "modified", "removed"}) {
        commits.fields.push_back(same(path));
    }
    map.commits.push_back(std::move(commits));
    return map;
}

/// What a field holds in that push; nothing where a push does not say.
std::optional<std::string> value_in(const MadeUpPush& push, std::string_view field) {
    const std::string branch(branch_of(push.ref));
    const std::string tag(tag_of(push.ref));
    const std::array<std::pair<std::string_view, std::string>, 7> values = {
        {{"kind", tag.empty() ? "push" : "tag"},
         {"repository", std::string(push.repository)},
         {"ref", std::string(push.ref)},
         {"branch", branch},
         {"tag", tag},
         {"before", std::string(push.before)},
         {"after", std::string(push.after)}}};
    for (const auto& [name, value] : values) {
        if (name == field && !value.empty()) {
            return value;
        }
    }
    return std::nullopt;
}

std::string sender_word(const FieldSource& source, const std::string& ours) {
    for (const auto& [word, meaning] : source.words) {
        if (meaning == ours) {
            return word;
        }
    }
    return ours;
}

}  // namespace

PreparedMap::PreparedMap(config::EventMap map)
    : map_(map.fields.empty() && map.commits.empty() ? same_places() : std::move(map)),
      wanted_({}) {
    want_fields(wanted_, Selection::k_root, map_.fields);
    for (const config::CommitSource& commits : map_.commits) {
        const Selection::Place list = want(wanted_, Selection::k_root, commits.at);
        want_fields(wanted_, wanted_.want_elements(list), commits.fields);
    }
    has_indexes_ = std::any_of(map_.fields.begin(), map_.fields.end(), has_index);
}

Result<Kept> PreparedMap::read(std::string_view body, Json& members) const {
    Json document;
    const auto kept = pick(body, wanted_, document);
    if (!kept) {
        return kept;
    }
    if (!document.is_structured()) {
        return fail(ErrorCode::invalid, "the body is no JSON object or list");
    }
    if (*kept == Kept::cut && has_indexes_) {
        return fail(ErrorCode::invalid, "its lists are too long for a pointer to an element");
    }
    members = Json::object();
    read_fields(document, map_.fields, members);
    for (const config::CommitSource& source : map_.commits) {
        const Json* const list = value_at(document, source.at);
        if (list == nullptr || list->is_null()) {
            continue;
        }
        Json& commits = members["commits"] = Json::array();
        if (!list->is_array()) {
            return fail(ErrorCode::invalid, "what \"commits\" points to is no list");
        }
        for (const Json& element : *list) {
            read_fields(element, source.fields, commits.emplace_back(Json::object()));
        }
    }
    return kept;
}

Result<PushBody> PreparedMap::make_push(const MadeUpPush& push) const {
    Json body;
    bool has_ref = false;
    bool has_after = false;
    for (const FieldSource& source : map_.fields) {
        const auto value = value_in(push, source.field);
        const auto* const pointer = std::get_if<JsonPointer>(&source.from);
        const bool names_ref =
            source.field == "ref" || source.field == "branch" || source.field == "tag";
        has_ref = has_ref || (names_ref && value);
        has_after = has_after || source.field == "after";
        if (value && pointer != nullptr && !put(body, *pointer, sender_word(source, *value))) {
            return fail(ErrorCode::invalid, "the pointer of \"" + source.field +
                                                "\" is in the way of another one: give a PAYLOAD");
        }
        if (value && pointer == nullptr && constant_of(source) != *value) {
            return fail(ErrorCode::invalid, "this endpoint's \"" + source.field + "\" is always " +
                                                constant_of(source).dump());
        }
    }
    if (!has_ref || !has_after) {
        return fail(ErrorCode::invalid,
                    "this endpoint's map has no place for that ref or its commit: give a PAYLOAD");
    }
    if (body.is_null()) {
        body = Json::object();
    }
    return PushBody{tag_of(push.ref).empty() ? "push" : "tag", body.dump()};
}

}  // namespace hookd::webhook
