#include "core/model/event_json.hpp"
#include "core/model/ref_name.hpp"
#include "tests/fuzz/webhook_targets.hpp"
#include "tests/unit/webhook/payloads.hpp"
#include "webhook/generic_sender.hpp"
#include "webhook/provider.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>
#include <variant>

// Input: the event's name up to a line feed, then the body.
namespace hookd::fuzz {
namespace {

using webhook::Provider;

bool is_id_or_empty(const std::string& text) {
    return text.empty() || ObjectId::parse(text);
}

/// What everybody behind the providers relies on.
void check(const Event& event) {
    require(event.repository.text().empty() || RepositoryName::parse(event.repository.text()),
            "a repository's name that no configuration could hold");
    require(event.ref.empty() || is_ref_name(event.ref), "a ref that git would not take");
    require(event.branch.empty() || event.tag.empty(), "both a branch and a tag");
    require(is_id_or_empty(event.before) && is_id_or_empty(event.after),
            "before or after is no object id");
    require(!event.is_ref_change() || (!event.before.empty() && !event.after.empty()),
            "a ref change without both ids");
    require(event.commits.size() <= Event::k_max_commits, "more commits than an event may hold");
    for (const Commit& commit : event.commits) {
        require(is_id_or_empty(commit.id), "a commit whose id is none");
    }
    require(std::is_sorted(event.paths.begin(), event.paths.end()) &&
                std::adjacent_find(event.paths.begin(), event.paths.end()) == event.paths.end(),
            "paths that are not sorted, or twice there");
    if (event.merge_request) {
        require(is_id_or_empty(event.merge_request->source_commit) &&
                    is_id_or_empty(event.merge_request->merge_commit),
                "a merge request's commit is none");
    }
    // As it is stored, once the listener gave it an id.
    Event stored = event;
    stored.id = EventId("01JDA0V5T1M3W9T7C1N6Z4Q8RB");
    const auto again = event_from_json(to_json_text(stored));
    require(again.has_value(), "its JSON cannot be read again");
    require(*again == stored, "its JSON is another event");
}

/// The listener lets no other name of an event in than a short one of printable ASCII.
std::string name_from(std::string_view line) {
    constexpr std::size_t k_most_bytes = 255;
    std::string name(line.substr(0, k_most_bytes));
    std::replace_if(
        name.begin(), name.end(), [](char c) { return c < 0x20 || c >= 0x7F; }, '?');
    return name;
}

void run(const Provider& provider, const webhook::GenericSender* sender, std::string_view bytes) {
    Input input(bytes);
    const std::string name = name_from(input.line());
    const webhook::ProviderRequest request{name, input.rest(), nullptr, sender};
    const auto events = provider.normalize(request);
    const auto again = provider.normalize(request);
    require(events.has_value() == again.has_value(), "two verdicts on one body");
    if (!events) {
        require(
            events.error().code == ErrorCode::invalid || events.error().code == ErrorCode::denied,
            "the wrong kind of error");
        require(!events.error().message.empty(), "refused without a reason");
        return;
    }
    require(*events == *again, "two readings of one body");
    for (const Event& event : *events) {
        check(event);
    }
}

/// The recorded bodies of this provider; of all where it has none of its own.
std::vector<std::string> seeds(const Provider& provider) {
    auto recorded = test::recorded(provider.name);
    if (recorded.empty()) {
        recorded = test::recorded();
    }
    std::vector<std::string> all;
    for (const auto& delivery : recorded) {
        all.push_back(delivery.event + "\n" + delivery.body());
    }
    return all;
}

using Mapping = std::variant<config::EventMap, config::LuaFunction>;

std::shared_ptr<const webhook::GenericSender> sender_of(Mapping mapping) {
    return std::make_shared<const webhook::GenericSender>(config::GenericSender{
        config::SignatureHeader{"X-Sig"}, "", "", std::move(mapping), "acme/default"});
}

/// Pointers of every kind: through arrays, into lists, to the same place twice.
Mapping map() {
    config::EventMap map;
    const auto at = [&map](std::string field, config::JsonPointer pointer,
                           std::map<std::string, std::string> words = {}) {
        map.fields.push_back({std::move(field), std::move(pointer), std::move(words)});
    };
    at("kind", {"event"}, {{"moved", "push"}, {"review", "merge_request"}, {"shipped", "release"}});
    at("change", {"event"});
    at("repository", {"project", "path"});
    at("branch", {"changes", "0", "name"});
    at("before", {"changes", "0", "from"});
    at("after", {"changes", "0", "to"});
    at("push_options", {"changes"});
    at("actor/login", {"by"});
    at("merge_request/number", {"id"});
    at("merge_request/labels", {"tags"});
    at("merge_request/source/branch", {"from", "name"});
    at("merge_request/source/commit", {"from", "id"});
    at("merge_request/target/branch", {"to"});
    at("release/tag", {"image", "tag"});
    map.fields.push_back({"forced", true, {}});
    map.commits = {{{"log"},
                    {{"id", config::JsonPointer{"id"}, {}},
                     {"author/name", config::JsonPointer{"by", "0"}, {}},
                     {"added", config::JsonPointer{"files"}, {}}}}};
    return map;
}

/// Gives on what it gets, so that whatever JSON can say goes through tables and back.
Mapping lua() {
    constexpr std::array<std::string_view, 3> k_parameters = {"body", "headers", "event"};
    return config::LuaFunction::compile(
               "if event == 'nil' then return nil end\n"
               "if event ~= '' and type(body) == 'table' then body.kind = event end\n"
               "return type(body) == 'table' and body.events or body",
               k_parameters)
        .value();
}

}  // namespace

std::vector<Target> provider_targets() {
    std::vector<Target> all;
    for (const Provider* const provider : webhook::providers()) {
        all.push_back({"provider-" + std::string(provider->name),
                       [provider](std::string_view bytes) { run(*provider, nullptr, bytes); },
                       [provider] { return seeds(*provider); },
                       provider->name == "generic" ? "events.dict" : "json.dict"});
    }
    const Provider& generic = *webhook::find_provider("generic");
    for (const auto& [name, sender] :
         {std::pair("map", sender_of(map())), std::pair("lua", sender_of(lua()))}) {
        all.push_back({"provider-generic-" + std::string(name),
                       [&generic, sender = sender](std::string_view bytes) {
                           run(generic, sender.get(), bytes);
                       },
                       [&generic] { return seeds(generic); }, "events.dict"});
    }
    return all;
}

}  // namespace hookd::fuzz
