#pragma once

#include "core/base/clock.hpp"
#include "core/base/text.hpp"
#include "tests/support/test_server.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

namespace hookd::test {

/// Stands in for what GitHub's and GitLab's APIs say about one hook, number 7 of acme/shop. What
/// it answers follows docs.github.com, REST API, "Repository webhooks" (the list of hooks, the
/// list of deliveries with its Link header, redelivering) and docs.gitlab.com, "Project webhooks
/// API" (the list of hooks, of their events, resending). **Thread:** any.
class ForgeApi {
  public:
    enum class Kind { github, gitlab };

    struct Try {
        std::uint64_t id = 0;
        std::string key;
        std::string event;
        WallTime at{};
        int status = 0;
        bool is_again = false;
    };

    static constexpr auto k_token = "token-0123456789abcdef";

    explicit ForgeApi(Kind kind) : kind_(kind) {
        server_.service.serve_with([this](http::Request request, http::Responder responder) {
            responder.respond(answer(request));
        });
    }

    [[nodiscard]] std::string url() const {
        return "http://127.0.0.1:" + std::to_string(server_.port);
    }
    [[nodiscard]] std::string provider() const {
        return kind_ == Kind::github ? "github" : "gitlab";
    }
    [[nodiscard]] TestServer& server() { return server_; }

    /// The forge has tried to deliver something, and was answered `status`; 0: it was not.
    void delivered(const std::string& key, int status, WallTime at,
                   const std::string& event = "push") {
        const std::lock_guard lock(mutex_);
        tries_.push_back({++last_id_, key, event, at, status, false});
    }
    /// What delivering again is answered, and when that is.
    void deliver_with(std::function<int(const Try&)> deliver) { deliver_ = std::move(deliver); }
    void sends_at(WallTime at) { again_at_ = at; }
    /// Answers every request like this, where it does.
    void answer_with(std::function<std::optional<http::Response>(const http::Request&)> special) {
        special_ = std::move(special);
    }
    void hook_urls(std::vector<std::string> urls) { hook_urls_ = std::move(urls); }
    void page_size(std::size_t size) { page_size_ = size; }
    /// As GitLab was before it told when.
    void tells_no_times() { tells_times_ = false; }

    /// Keys of what was asked for, in order.
    [[nodiscard]] std::vector<std::string> asked() const {
        const std::lock_guard lock(mutex_);
        return asked_;
    }
    /// How many requests came for this part of the path.
    [[nodiscard]] std::size_t requests(const std::string& part = "") const {
        const auto seen = server_.service.seen();
        return static_cast<std::size_t>(
            std::count_if(seen.begin(), seen.end(), [&part](const http::Request& each) {
                return each.head.target.find(part) != std::string::npos;
            }));
    }

    [[nodiscard]] static http::Response respond(int status, const nlohmann::json& body = {}) {
        http::Response response;
        response.status = status;
        response.body = body.dump();
        return response;
    }

  private:
    using Json = nlohmann::json;

    [[nodiscard]] std::string hooks() const {
        return kind_ == Kind::github ? "/repos/acme/shop/hooks" : "/projects/acme%2Fshop/hooks";
    }
    [[nodiscard]] std::string list() const {
        return hooks() + (kind_ == Kind::github ? "/7/deliveries" : "/7/events");
    }

    http::Response answer(const http::Request& request) {
        if (special_) {
            if (auto special = special_(request)) {
                return *special;
            }
        }
        const auto& headers = request.head.headers;
        const bool may = kind_ == Kind::github
                             ? headers.only("Authorization") == std::string("Bearer ") + k_token
                             : headers.only("PRIVATE-TOKEN") == k_token;
        if (!may) {
            return respond(401, {{"message", "Bad credentials"}});
        }
        const std::lock_guard lock(mutex_);
        const std::string path(request.head.path());
        if (request.head.method == "GET" && path == hooks()) {
            return list_hooks();
        }
        if (request.head.method == "GET" && path == list()) {
            return list_tries(request.head);
        }
        if (request.head.method == "POST" && path.starts_with(list() + "/")) {
            return deliver_again(path.substr(list().size() + 1));
        }
        return respond(404, {{"message", "Not Found"}});
    }

    http::Response list_hooks() const {
        Json all = Json::array();
        std::uint64_t id = 7;
        for (const std::string& url : hook_urls_) {
            all.push_back(kind_ == Kind::github
                              ? Json{{"id", id},
                                     {"config", {{"url", url}}},
                                     {"deliveries_url", "http://169.254.169.254/"}}
                              : Json{{"id", id}, {"url", url}});
            ++id;
        }
        return respond(200, all);
    }

    http::Response list_tries(const http::Head& head) const {
        const auto asked_size = parse_number(head.query("per_page").value_or("20")).value_or(20);
        const std::size_t size = std::min<std::size_t>(page_size_, asked_size);
        const auto cursor = head.query(kind_ == Kind::github ? "cursor" : "page").value_or("");
        const std::size_t number =
            kind_ == Kind::github
                ? (cursor.empty() ? 0 : parse_number(cursor.substr(3)).value_or(0))
                : parse_number(cursor).value_or(1) - 1;
        Json page = Json::array();
        const std::size_t from = number * size;
        for (std::size_t i = from; i < std::min(tries_.size(), from + size); ++i) {
            page.push_back(to_json(tries_[tries_.size() - 1 - i]));
        }
        auto response = respond(200, page);
        if (kind_ == Kind::github && from + size < tries_.size()) {
            response.headers.emplace_back("Link",
                                          "<http://127.0.0.1:1/elsewhere?per_page=100&cursor=v1_" +
                                              std::to_string(number + 1) + ">; rel=\"next\"");
        }
        return response;
    }

    [[nodiscard]] Json to_json(const Try& each) const {
        if (kind_ == Kind::github) {
            return {{"id", each.id},
                    {"guid", each.key},
                    {"delivered_at", to_rfc3339(each.at)},
                    {"redelivery", each.is_again},
                    {"duration", 0.27},
                    {"status", each.status == 200 ? "OK" : "failed"},
                    {"status_code", each.status},
                    {"event", each.event},
                    {"action", nullptr},
                    {"url", "http://169.254.169.254/"},
                    {"throttled_at", nullptr}};
        }
        const std::string status =
            each.status == 0 ? "internal error" : std::to_string(each.status);
        Json json{
            {"id", each.id},
            {"url", "http://169.254.169.254/"},
            {"trigger", "push_hooks"},
            {"request_headers", {{"Idempotency-Key", each.key}, {"X-Gitlab-Event", each.event}}},
            {"request_data", {{"id", 1}, {"commits", Json::array({{{"id", "c"}}})}}},
            {"response_headers", Json::object()},
            {"response_status", status}};
        if (tells_times_) {
            json["created_at"] = to_rfc3339(each.at);
        }
        return json;
    }

    /// `rest` is "ID/attempts", or "ID/resend".
    http::Response deliver_again(const std::string& rest) {
        const auto slash = rest.find('/');
        const auto id = parse_number(rest.substr(0, slash));
        const std::string verb = kind_ == Kind::github ? "/attempts" : "/resend";
        const auto found = std::find_if(tries_.begin(), tries_.end(),
                                        [&id](const Try& each) { return id && each.id == *id; });
        if (found == tries_.end() || rest.substr(slash) != verb) {
            return respond(404, {{"message", "Not Found"}});
        }
        Try again = *found;
        again.id = ++last_id_;
        again.is_again = true;
        again.at = again_at_.value_or(again.at);
        again.status = deliver_ ? deliver_(again) : 0;
        asked_.push_back(again.key);
        tries_.push_back(again);
        return kind_ == Kind::github ? respond(202, Json::object())
                                     : respond(201, {{"response_status", again.status}});
    }

    const Kind kind_;
    mutable std::mutex mutex_;
    std::vector<Try> tries_;  ///< oldest first
    std::uint64_t last_id_ = 1000;
    std::vector<std::string> asked_;
    std::function<int(const Try&)> deliver_;
    std::function<std::optional<http::Response>(const http::Request&)> special_;
    std::optional<WallTime> again_at_;
    std::vector<std::string> hook_urls_{"https://ci.acme.test/in/hooks/acme?x=1"};
    std::size_t page_size_ = 100;
    bool tells_times_ = true;
    TestServer server_;  ///< last: it uses all of the above
};

}  // namespace hookd::test
