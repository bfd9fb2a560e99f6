#include "core/base/text.hpp"
#include "reconcile/forges/forge.hpp"

#include <array>

// GitLab since 17.4. What is sent again keeps its Idempotency-Key; the forge lists seven days, 20
// at a time, newest first, and sends five a minute again for one hook and user, each before it
// answers. Older versions do not say when something was delivered. **Source:** docs.gitlab.com,
// "Project webhooks API" and "Group webhooks API"; gitlab-org/gitlab lib/api/hooks/events.rb,
// lib/api/entities/web_hook_log.rb, app/models/hooks/web_hook_log.rb (the order),
// app/services/web_hooks/events/resend_service.rb (the key).
namespace hookd::reconcile {
namespace {

constexpr std::size_t k_page = 20;

constexpr std::array<std::string_view, 7> k_fields = {"id",
                                                      "request_headers/webhook-id",
                                                      "request_headers/idempotency-key",
                                                      "created_at",
                                                      "request_headers/x-gitlab-event",
                                                      "trigger",
                                                      "response_status"};

std::vector<std::pair<std::string, std::string>> headers(std::string_view token) {
    return {{"Accept", "application/json"}, {"PRIVATE-TOKEN", std::string(token)}};
}

Result<std::string> hooks(const Place& place) {
    return (place.repository.empty() ? "/groups/" : "/projects/") + as_segment(place.name()) +
           "/hooks";
}

std::string deliveries(std::string_view cursor) {
    return "/events?per_page=" + std::to_string(k_page) +
           "&page=" + (cursor.empty() ? "1" : std::string(cursor));
}

/// As our listener takes them: the signed header first.
std::string key_of(const Record& record) {
    std::string key = text_of(record, "request_headers/webhook-id");
    return !key.empty() ? key : text_of(record, "request_headers/idempotency-key");
}

std::string event_of(const Record& record) {
    std::string event = text_of(record, "request_headers/x-gitlab-event");
    return !event.empty() ? event : text_of(record, "trigger");
}

Result<Page> read_page(const std::vector<Record>& records, const http::ClientResponse&,
                       std::string_view cursor) {
    Page page;
    for (const Record& record : records) {
        Attempt attempt{number_of(record, "id"), key_of(record), event_of(record),
                        time_of(record, "created_at"), status_of(record, "response_status")};
        if (attempt.id.empty()) {
            return fail(ErrorCode::invalid, "a webhook event in the answer has no \"id\"");
        }
        page.attempts.push_back(std::move(attempt));
    }
    if (records.size() >= k_page) {
        page.next = std::to_string(parse_number(cursor).value_or(1) + 1);
    }
    return page;
}

std::string again(const Attempt& attempt) {
    return "/events/" + attempt.id + "/resend";
}

}  // namespace

constinit const Forge k_gitlab_api = {
    .provider = "gitlab",
    .token_needs = "it needs the scope \"api\" and the role Maintainer, for a group's hook Owner",
    .headers = headers,
    .hooks = hooks,
    .hook_url = "url",
    .deliveries = deliveries,
    .delivery_fields = k_fields,
    .read_page = read_page,
    .again = again,
    .most_again = 5,
    .pause = Milliseconds{0},
    .most_pages = 50,
};

}  // namespace hookd::reconcile
