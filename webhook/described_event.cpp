#include "webhook/described_event.hpp"

#include "webhook/commits.hpp"
#include "webhook/fields.hpp"
#include "webhook/ref_change.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <string>
#include <utility>
#include <vector>

namespace hookd::webhook {
namespace {

using Json = nlohmann::json;

std::vector<std::string> texts_at(const Json& data, std::string_view path) {
    std::vector<std::string> texts;
    const Json* const list = field(data, path);
    if (list != nullptr && list->is_array()) {
        for (const Json& text : *list) {
            if (text.is_string()) {
                texts.push_back(text.get<std::string>());
            }
        }
    }
    return texts;
}

bool is_none(const Json* side) {
    return side != nullptr && (side->is_null() || *side == false);
}

/// As `set_ref_change`, but a side that is null (in Lua: false) is none, and where the ref was is
/// not always known.
Status set_loose_ref_change(Event& event, const Json& data) {
    const Json* const before = field(data, "before");
    const Json* const after = field(data, "after");
    const std::string known = text_at(data, is_none(after) ? "before" : "after");
    const std::string zeros(known.size() == 64 ? 64 : 40, '0');
    Json sides = Json::object();
    for (const auto& [name, side] : {std::pair("before", before), std::pair("after", after)}) {
        if (side != nullptr) {
            sides[name] = is_none(side) ? Json(zeros) : *side;
        }
    }
    auto ref = require_ref(data, "ref");
    if (!ref) {
        return fail(ref.error());
    }
    if (before != nullptr) {
        sides["ref"] = *std::move(ref);
        return set_ref_change(event, sides);
    }
    auto id = require_object_id(sides, "after");
    if (!id) {
        return fail(id.error());
    }
    describe_ref_change(event, *std::move(ref), {}, *std::move(id));
    return {};
}

Status read_push(Event& event, const Json& data, Kept kept, Before before) {
    Status read = before == Before::required ? set_ref_change(event, data)
                                             : set_loose_ref_change(event, data);
    if (!read) {
        return read;
    }
    event.forced = optional_flag_at(data, "forced");
    event.push_options = texts_at(data, "push_options");
    return set_commits(event, {field(data, "commits"), number_at(data, "commit_count"), kept});
}

Status set_merge_request(Event& event, const Json& object) {
    auto number = require_number(object, "number");
    auto commit = require_object_id(object, "source/commit");
    auto source = require_branch(object, "source/branch");
    auto target = require_branch(object, "target/branch");
    if (const Status read = all_ok(number, commit, source, target); !read) {
        return fail(read.error().in("merge_request"));
    }
    MergeRequest request;
    request.number = *number;
    request.title = text_at(object, "title");
    request.url = link_at(object, "url");
    request.draft = flag_at(object, "draft");
    request.labels = texts_at(object, "labels");
    request.source_repository = text_at(object, "source/repository");
    request.source_branch = *std::move(source);
    request.source_commit = *std::move(commit);
    request.target_repository = text_at(object, "target/repository");
    request.target_branch = *std::move(target);
    request.merge_commit = object_id_at(object, "merge_commit");
    // Where it is not said whose branch this is, it is nobody's that could be trusted.
    request.fork =
        request.source_repository.empty() || request.source_repository != request.target_repository;
    event.merge_request = std::move(request);
    return {};
}

Status read_merge_request(Event& event, const Json& data, Kept, Before) {
    const Json* const object = field(data, "merge_request");
    if (object == nullptr || !object->is_object()) {
        return fail(ErrorCode::invalid, "\"merge_request\" is not there or no object");
    }
    if (event.change.empty()) {
        return fail(ErrorCode::invalid, "\"change\" is missing, such as \"opened\" or \"updated\"");
    }
    event.kind = EventKind::merge_request;
    Status read = set_merge_request(event, *object);
    if (read && event.change == "updated") {
        event.before = object_id_at(data, "before");
        event.after = event.merge_request->source_commit;
    }
    return read;
}

Status read_release(Event& event, const Json& data, Kept, Before) {
    auto tag = require_text(data, "release/tag");
    if (!tag) {
        return fail(tag.error());
    }
    event.kind = EventKind::release;
    event.release =
        Release{*std::move(tag), text_at(data, "release/name"), link_at(data, "release/url"),
                flag_at(data, "release/prerelease"), flag_at(data, "release/draft")};
    return {};
}

Status read_comment(Event& event, const Json& data, Kept, Before) {
    event.kind = EventKind::comment;
    const Json* const object = field(data, "merge_request");
    return object != nullptr && object->is_object() ? set_merge_request(event, *object) : Status{};
}

Status read_ping(Event& event, const Json&, Kept, Before) {
    event.kind = EventKind::ping;
    return {};
}

Status read_unknown(Event&, const Json&, Kept, Before) {
    return {};
}

struct Recognised {
    std::string_view kind;
    bool of_repository;  ///< always; else it may name none
    Status (*read)(Event& event, const Json& data, Kept kept, Before before);
};

constexpr std::array k_kinds = {
    Recognised{"push", true, read_push},
    Recognised{"tag", true, read_push},
    Recognised{"merge_request", true, read_merge_request},
    Recognised{"release", true, read_release},
    Recognised{"comment", true, read_comment},
    Recognised{"ping", false, read_ping},
};
constexpr Recognised k_unknown{"", false, read_unknown};

const Recognised& recognise(std::string_view kind) {
    for (const Recognised& known : k_kinds) {
        if (known.kind == kind) {
            return known;
        }
    }
    return k_unknown;
}

void describe(Event& event, const Json& data, std::string_view change) {
    event.change = text_at(data, "change");
    if (event.change.empty()) {
        event.change = change;
    }
    Person person{text_at(data, "actor/login"), text_at(data, "actor/name"),
                  text_at(data, "actor/email")};
    if (person != Person{}) {
        event.actor = std::move(person);
    }
}

}  // namespace

Result<Event> read_described(std::string_view kind, std::string_view change, const Json& data,
                             Kept kept, Before before) {
    const Recognised& recognised = recognise(kind);
    auto repository = recognised.of_repository ? require_repository(data, "repository")
                                               : repository_at(data, "repository");
    if (!repository) {
        return fail(repository.error());
    }
    Event event;
    event.repository = *std::move(repository);
    describe(event, data, change);
    if (const Status read = recognised.read(event, data, kept, before); !read) {
        return fail(read.error());
    }
    return event;
}

}  // namespace hookd::webhook
