#include "webhook/providers/standard.hpp"

#include "core/base/clock.hpp"
#include "webhook/commits.hpp"
#include "webhook/fields.hpp"
#include "webhook/json_pick.hpp"
#include "webhook/ref_change.hpp"
#include "webhook/standard_webhooks.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <utility>

// Any sender that follows the Standard Webhooks: {"type", "timestamp", "data"}, where the data are
// members of our own event. **Source:** standardwebhooks.com, specification, "Payload structure";
// docs/events.md.
namespace hookd::webhook {
namespace {

using Json = nlohmann::json;

constexpr std::array<std::string_view, 1> k_delivery_headers = {"webhook-id"};

KeyForm key_form(std::string_view) {
    return KeyForm::standard_webhooks;
}

Verdict verify(const SignedRequest& request, std::span<const Key> keys) {
    return verify_standard_signature(request.headers, request.body, keys, request.received_at);
}

Result<http::Headers> sign(const OutgoingDelivery& delivery) {
    const auto key = Key::make(delivery.secret, KeyForm::standard_webhooks);
    if (!key) {
        return fail(key.error());
    }
    http::Headers headers;
    headers.add("User-Agent", "hookctl");
    headers.add("Content-Type", "application/json");
    sign_standard(headers, delivery.delivery, delivery.now, delivery.json, *key);
    return headers;
}

Result<PushBody> make_push(const MadeUpPush& push, WallTime now) {
    const bool tag = push.ref.starts_with("refs/tags/");
    const Json data = {{"repository", push.repository},
                       {"ref", push.ref},
                       {"before", push.before},
                       {"after", push.after}};
    const Json body = {
        {"type", tag ? "tag" : "push"}, {"timestamp", to_rfc3339(now)}, {"data", data}};
    return PushBody{tag ? "tag" : "push", body.dump()};
}

// Events

const Selection& selection() {
    static const Selection k_wanted{
        "type",
        "data/{repository,change,ref,before,after,forced,commits,commit_count}",
        "data/commits/*/{id,message,timestamp}",
        "data/commits/*/author/{name,email}",
        "data/commits/*/added/*",
        "data/commits/*/modified/*",
        "data/commits/*/removed/*",
        "data/actor/{login,name,email}",
        "data/merge_request/{number,title,url,draft,merge_commit}",
        "data/merge_request/labels/*",
        "data/merge_request/source/{repository,branch,commit}",
        "data/merge_request/target/{repository,branch}",
        "data/release/{tag,name,url,prerelease,draft}",
        "data/push_options/*"};
    return k_wanted;
}

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

Status read_push(Event& event, const Json& data, Kept kept) {
    if (Status read = set_ref_change(event, data); !read) {
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

Status read_merge_request(Event& event, const Json& data, Kept) {
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

Status read_release(Event& event, const Json& data, Kept) {
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

Status read_comment(Event& event, const Json& data, Kept) {
    event.kind = EventKind::comment;
    const Json* const object = field(data, "merge_request");
    return object != nullptr && object->is_object() ? set_merge_request(event, *object) : Status{};
}

Status read_ping(Event& event, const Json&, Kept) {
    event.kind = EventKind::ping;
    return {};
}

Status read_unknown(Event&, const Json&, Kept) {
    return {};
}

struct Recognised {
    std::string_view kind;  ///< the type up to its first '.'
    bool of_repository;     ///< always; else it may name none
    Status (*read)(Event& event, const Json& data, Kept kept);
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

/// It becomes the delivery's event name, as others have it from a header.
bool is_type(std::string_view type) {
    constexpr std::size_t k_most_bytes = 255;
    return !type.empty() && type.size() <= k_most_bytes &&
           type.find_first_not_of(
               "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") ==
               std::string_view::npos;
}

void describe(Event& event, const Json& data, const std::string& type, std::size_t dot) {
    event.change = text_at(data, "change");
    if (event.change.empty() && dot != std::string::npos) {
        event.change = type.substr(dot + 1);
    }
    Person person{text_at(data, "actor/login"), text_at(data, "actor/name"),
                  text_at(data, "actor/email")};
    if (person != Person{}) {
        event.actor = std::move(person);
    }
}

Result<std::vector<Event>> normalize(const ProviderRequest& request) {
    Json json;
    const auto kept = pick(request.json, selection(), json);
    if (!kept) {
        return fail(kept.error());
    }
    const auto type = json.is_object() ? require_text(json, "type")
                                       : fail(ErrorCode::invalid, "the body is no JSON object");
    if (!type) {
        return fail(type.error());
    }
    if (!is_type(*type)) {
        return fail(
            ErrorCode::invalid,
            "\"type\" must be 1 to 255 letters, digits, '.', '_' and '-', such as \"push\"");
    }
    const std::size_t dot = type->find('.');
    const Recognised& recognised = recognise(std::string_view(*type).substr(0, dot));
    const Json* const data = field(json, "data");
    const Json nothing = Json::object();
    const Json& members = data != nullptr && data->is_object() ? *data : nothing;
    auto repository = recognised.of_repository ? require_repository(members, "repository")
                                               : repository_at(members, "repository");
    if (!repository) {
        return fail(repository.error().in("data"));
    }
    std::vector<Event> events(1);
    Event& event = events.front();
    event.repository = *std::move(repository);
    event.source.event = *type;
    describe(event, members, *type, dot);
    if (const Status read = recognised.read(event, members, *kept); !read) {
        return fail(read.error().in("data"));
    }
    return events;
}

}  // namespace

constinit const Provider k_standard = {
    .name = "standard",
    .event_header = "",
    .delivery_headers = k_delivery_headers,
    .forms = Forms::refused,
    .key_form = key_form,
    .has_proof = has_standard_signature,
    .signed_prefix = standard_prefix,
    .verify = verify,
    .normalize = normalize,
    .sign = sign,
    .make_push = make_push,
    // It is retried for days under the same id.
    .repeats = {.proves_id = "webhook-signature"},
};

}  // namespace hookd::webhook
