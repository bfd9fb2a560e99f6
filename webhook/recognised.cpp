#include "webhook/recognised.hpp"

#include "webhook/fields.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace hookd::webhook {
namespace {

using Json = nlohmann::json;

const Recognised& recognise(const Recognition& recognition, std::string_view event) {
    const auto found = std::find_if(recognition.known.begin(), recognition.known.end(),
                                    [event](const Recognised& r) { return r.event == event; });
    return found != recognition.known.end() ? *found : recognition.unknown;
}

}  // namespace

Result<Events> normalize_recognised(const Recognition& recognition,
                                    const ProviderRequest& request) {
    const Recognised& recognised = recognise(recognition, request.event);
    Json json;
    const auto kept = pick(request.json, recognised.wanted(), json);
    if (!kept) {
        return fail(kept.error());
    }
    if (!json.is_object()) {
        return fail(ErrorCode::invalid, "the body is no JSON object");
    }
    if (recognition.check != nullptr) {
        if (const Status fits = recognition.check(request, json); !fits) {
            return fail(fits.error());
        }
    }
    auto repository = recognition.repository(json, recognised.repository);
    if (!repository) {
        return fail(repository.error());
    }
    Events events(1);
    events.front().repository = *std::move(repository);
    recognition.describe(events.front(), request, json);
    if (const Status read = recognised.read(events, json, *kept); !read) {
        return fail(read.error());
    }
    return events;
}

Result<RepositoryName> full_name_of_repository(const Json& json, OfRepository of) {
    constexpr std::string_view k_path = "repository/full_name";
    return of == OfRepository::always ? require_repository(json, k_path)
                                      : repository_at(json, k_path);
}

Status read_nothing(Events&, const Json&, Kept) {
    return {};
}

Status read_ping(Events& events, const Json&, Kept) {
    events.front().kind = EventKind::ping;
    return {};
}

}  // namespace hookd::webhook
