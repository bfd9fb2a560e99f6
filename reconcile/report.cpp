#include "reconcile/report.hpp"

#include "core/base/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace hookd::reconcile {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t k_most_named = 10;
constexpr std::size_t k_short = 10;

Json time_or_null(const std::optional<WallTime>& time) {
    return time ? Json(to_rfc3339(*time)) : Json(nullptr);
}

Json text_or_null(const std::string& text) {
    return text.empty() ? Json(nullptr) : Json(to_valid_utf8(text));
}

Json to_json(const std::string& repository, const RefReport& report) {
    Json missed = Json::array();
    for (const Missed& each : report.missed) {
        missed.push_back({{"ref", to_valid_utf8(each.ref)},
                          {"before", each.before},
                          {"after", each.after},
                          {"event", each.event.text()}});
    }
    return {{"compared_with", to_valid_utf8(report.compared_with)},
            {"at", time_or_null(report.at)},
            {"since", time_or_null(report.since)},
            {"noted", report.noted},
            {"missed", std::move(missed)},
            {"summary", report.missed.empty() ? Json(nullptr) : Json(to_line(repository, report))},
            {"problem", text_or_null(report.problem)}};
}

Json to_json(const std::vector<Redelivery>& deliveries) {
    Json list = Json::array();
    for (const Redelivery& each : deliveries) {
        list.push_back({{"delivery", to_valid_utf8(each.last.key)},
                        {"event", to_valid_utf8(each.last.event)},
                        {"at", time_or_null(each.last.at)},
                        {"status", each.last.status == 0 ? Json(nullptr) : Json(each.last.status)},
                        {"tries", each.attempts}});
    }
    return list;
}

Json to_json(const DeliveryReport& report) {
    return {{"endpoint", report.endpoint},
            {"provider", report.provider},
            {"repositories", report.repositories},
            {"at", time_or_null(report.at)},
            {"since", time_or_null(report.since)},
            {"listed", report.listed},
            {"asked", to_json(report.asked)},
            {"given_up", to_json(report.given_up)},
            {"waiting", report.waiting},
            {"summary", report.asked.empty() ? Json(nullptr) : Json(to_line(report))},
            {"problem", text_or_null(report.problem)}};
}

}  // namespace

std::string to_line(const std::string& repository, const RefReport& report) {
    const std::size_t count = report.missed.size();
    std::string line = "missed " + std::to_string(count) +
                       (count == 1 ? " ref change of " : " ref changes of ") + repository;
    if (report.since) {
        line += " since " + to_rfc3339(*report.since);
    }
    const char* before = ": ";
    for (std::size_t i = 0; i < std::min(count, k_most_named); ++i) {
        const Missed& missed = report.missed[i];
        line += before + printable_line(missed.ref) + " " + missed.before.substr(0, k_short) +
                ".." + missed.after.substr(0, k_short);
        before = ", ";
    }
    return count > k_most_named ? line + ", and " + std::to_string(count - k_most_named) + " more"
                                : line;
}

std::string to_json_text(const Report& report) {
    Json repositories = Json::array();
    for (const auto& [name, each] : report.repositories) {
        repositories.push_back({{"repository", name},
                                {"refs", each.refs ? to_json(name, *each.refs) : Json(nullptr)}});
    }
    Json endpoints = Json::array();
    for (const auto& [path, each] : report.endpoints) {
        endpoints.push_back(to_json(each));
    }
    return Json{{"finished", report.finished},
                {"repositories", std::move(repositories)},
                {"endpoints", std::move(endpoints)}}
        .dump();
}

}  // namespace hookd::reconcile
