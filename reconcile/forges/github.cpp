#include "core/base/text.hpp"
#include "reconcile/forges/forge.hpp"

#include <algorithm>
#include <array>

// GitHub, and its Enterprise Server. A delivery keeps its guid at every try, and the forge keeps
// what it delivered for three days. **Source:** docs.github.com, REST API, "Repository webhooks"
// and "Organization webhooks"; "Automatically redelivering failed deliveries for a repository
// webhook"; "Redelivering webhooks"; "Best practices for using the REST API" (pauses).
namespace hookd::reconcile {
namespace {

constexpr std::array<std::string_view, 5> k_fields = {"id", "guid", "delivered_at", "status_code",
                                                      "event"};

std::vector<std::pair<std::string, std::string>> headers(std::string_view token) {
    return {{"Accept", "application/vnd.github+json"},
            {"Authorization", "Bearer " + std::string(token)},
            {"X-GitHub-Api-Version", "2022-11-28"}};
}

Result<std::string> hooks(const Place& place) {
    const auto parts = split(place.name(), '/');
    if (place.repository.empty() && parts.size() == 1) {
        return "/orgs/" + as_segment(parts[0]) + "/hooks";
    }
    if (!place.repository.empty() && parts.size() == 2) {
        return "/repos/" + as_segment(parts[0]) + "/" + as_segment(parts[1]) + "/hooks";
    }
    return fail(ErrorCode::invalid, "\"" + place.name() +
                                        "\" is no name of github: write \"repository\" as "
                                        "OWNER/NAME, or \"organization\"");
}

std::string deliveries(std::string_view cursor) {
    return "/deliveries?per_page=100" + (cursor.empty() ? "" : "&cursor=" + std::string(cursor));
}

/// Of the URL under rel="next" only the cursor counts: where it leads to is ours to say.
std::string next_cursor(std::string_view link) {
    constexpr std::size_t k_longest = 512;
    for (const std::string_view part : split(link, ',')) {
        if (part.find("rel=\"next\"") == std::string_view::npos) {
            continue;
        }
        const auto start = part.find("cursor=");
        if (start == std::string_view::npos) {
            continue;
        }
        const std::string_view rest = part.substr(start + 7);
        const std::string_view cursor = rest.substr(0, rest.find_first_of("&>"));
        const bool is_plain =
            cursor.size() <= k_longest && cursor.find_first_not_of(
                                              "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                              "0123456789-._~%=") == std::string_view::npos;
        return is_plain ? std::string(cursor) : std::string();
    }
    return {};
}

Result<Page> read_page(const std::vector<Record>& records, const http::ClientResponse& answer,
                       std::string_view cursor) {
    Page page;
    for (const Record& record : records) {
        Attempt attempt{number_of(record, "id"), text_of(record, "guid"), text_of(record, "event"),
                        time_of(record, "delivered_at"), status_of(record, "status_code")};
        if (attempt.id.empty()) {
            return fail(ErrorCode::invalid, "a delivery in the answer has no \"id\"");
        }
        page.attempts.push_back(std::move(attempt));
    }
    page.next = next_cursor(answer.header("link"));
    if (page.next == cursor) {
        page.next.clear();
    }
    return page;
}

std::string again(const Attempt& attempt) {
    return "/deliveries/" + attempt.id + "/attempts";
}

}  // namespace

constinit const Forge k_github_api = {
    .provider = "github",
    .token_needs =
        "a fine-grained token needs \"Webhooks: read and write\", a classic one "
        "\"admin:repo_hook\" or \"admin:org_hook\"",
    .headers = headers,
    .hooks = hooks,
    .hook_url = "config/url",
    .deliveries = deliveries,
    .delivery_fields = k_fields,
    .read_page = read_page,
    .again = again,
    .most_again = 50,
    .pause = Milliseconds{1'000},
    .most_pages = 100,
};

}  // namespace hookd::reconcile
