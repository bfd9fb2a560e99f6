#include "reconcile/forges/api.hpp"

#include "core/base/text.hpp"
#include "reconcile/reach.hpp"

#include <algorithm>
#include <array>

namespace hookd::reconcile {
namespace {

/// What the forge says, for one line.
std::string said(const http::ClientResponse& answer) {
    constexpr std::size_t k_most = 200;
    constexpr std::array<std::string_view, 2> k_fields = {"message", "error"};
    const auto record = read_record(answer.body, k_fields);
    if (!record) {
        return {};
    }
    std::string text = text_of(*record, "message");
    text = printable_line(text.empty() ? text_of(*record, "error") : text);
    return text.empty() ? "" : ": " + to_valid_utf8(text.substr(0, k_most));
}

std::optional<Milliseconds> seconds(std::string_view text) {
    constexpr std::uint64_t k_most = 1'000'000'000'000;
    const auto number = parse_number(text);
    return number && *number <= k_most
               ? std::optional(Milliseconds(static_cast<std::int64_t>(*number) * 1000))
               : std::nullopt;
}

/// How long the answer asks us to wait; nothing where it does not.
std::optional<Milliseconds> asked_wait(const http::ClientResponse& answer, WallTime now) {
    if (const auto wait = seconds(answer.header("retry-after"))) {
        return wait;
    }
    for (const auto& [remaining, reset] : {std::pair{"x-ratelimit-remaining", "x-ratelimit-reset"},
                                           std::pair{"ratelimit-remaining", "ratelimit-reset"}}) {
        const auto at = seconds(answer.header(reset));
        if (answer.header(remaining) == "0" && at) {
            return WallTime(*at) - now;
        }
    }
    return std::nullopt;
}

}  // namespace

Api::Api(const Forge& forge, const config::CatchUp& settings, const Clock& clock,
         std::function<bool()> stop, ApiLimits limits)
    : forge_(forge),
      settings_(settings),
      clock_(clock),
      stop_(std::move(stop)),
      limits_(std::move(limits)) {}

Result<http::ClientResponse> Api::get(const std::string& path) {
    return send("GET", path);
}

Result<http::ClientResponse> Api::post(const std::string& path) {
    return send("POST", path);
}

Result<http::ClientResponse> Api::send(const char* method, const std::string& path) {
    http::ClientRequest request;
    request.method = method;
    request.url = settings_.api + path;
    request.reach = reach_of(settings_.api, settings_.allow_private);
    request.total_time = limits_.time;
    request.most_bytes = limits_.bytes;
    request.resolved = limits_.resolved;
    request.stop = stop_;
    request.headers = forge_.headers(settings_.token.reveal());
    request.headers.emplace_back("User-Agent", "hookd");
    auto answer = http::send(request);
    if (!answer) {
        return answer;
    }
    const auto query = path.find('?');
    if (auto right = check(*answer, std::string(method) + " " + path.substr(0, query)); !right) {
        return fail(right.error());
    }
    return answer;
}

Status Api::check(const http::ClientResponse& answer, const std::string& what) {
    const int status = answer.status;
    if (status >= 200 && status < 300) {
        return {};
    }
    const std::string provider(forge_.provider);
    const std::string answers =
        provider + " answers " + std::to_string(status) + " to " + what + said(answer);
    const auto wait = asked_wait(answer, clock_.wall());
    const bool is_limit =
        status == 429 ||
        (status == 403 && (wait || answers.find("rate limit") != std::string::npos));
    if (is_limit || (wait && status >= 500)) {
        wait_ = std::clamp(wait.value_or(k_shortest_wait), k_shortest_wait, k_longest_wait);
        return fail(ErrorCode::unavailable, answers);
    }
    if (status == 401) {
        return fail(ErrorCode::denied, provider + " refuses the \"token\" of \"catch_up\" (401)");
    }
    if (status == 403) {
        return fail(ErrorCode::denied, answers + "; " + std::string(forge_.token_needs));
    }
    if (status == 404) {
        return fail(ErrorCode::not_found, answers +
                                              "; it is not there, or the token may not see "
                                              "it: " +
                                              std::string(forge_.token_needs));
    }
    if (status >= 300 && status < 400) {
        return fail(ErrorCode::denied,
                    provider + " sends us elsewhere (" + std::to_string(status) +
                        "), and we do not follow: write \"api\" and the names it has now");
    }
    return fail(status >= 500 ? ErrorCode::unavailable : ErrorCode::invalid, answers);
}

}  // namespace hookd::reconcile
