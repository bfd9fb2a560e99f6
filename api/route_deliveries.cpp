#include "api/answer.hpp"
#include "api/page.hpp"
#include "api/query.hpp"
#include "api/records_json.hpp"
#include "api/routes.hpp"

#include <utility>

namespace hookd::api {
namespace {

Result<bool> flag_of(const http::Head& head, std::string_view name) {
    const auto text = head.query(name);
    if (!text || *text == "false") {
        return false;
    }
    if (*text == "true") {
        return true;
    }
    return fail(ErrorCode::invalid, "\"" + std::string(name) + "\" is true or false");
}

Result<queue::DeliveryFilter> filter_of(const http::Head& head) {
    queue::DeliveryFilter filter;
    filter.source = head.query("endpoint").value_or("");
    const auto limit = limit_of(head);
    const auto refused = flag_of(head, "refused");
    if (!limit || !refused) {
        return fail(limit ? refused.error() : limit.error());
    }
    filter.limit = *limit;
    filter.only_refused = *refused;
    if (const auto since = head.query("since")) {
        const auto time = from_rfc3339(*since);
        if (!time) {
            return fail(time.error());
        }
        filter.since = *time;
    }
    if (const auto before = head.query("before")) {
        auto id = id_of<DeliveryId>(*before, "delivery");
        if (!id) {
            return fail(id.error());
        }
        filter.before = *std::move(id);
    }
    return filter;
}

Result<queue::DeliveryDetail> find(const Call& call) {
    const auto id = id_of<DeliveryId>(call.path.find("delivery")->second, "delivery");
    return id ? call.context.queue.delivery(*id) : fail(id.error());
}

}  // namespace

http::Response find_deliveries(const Call& call) {
    const auto filter = filter_of(call.request.head);
    if (!filter) {
        return problem(filter.error());
    }
    const auto deliveries = call.context.queue.deliveries(*filter);
    if (!deliveries) {
        return problem(deliveries.error());
    }
    return page_answer("deliveries", *deliveries, filter->limit,
                       [](const queue::DeliveryRecord& record) { return record.id.text(); });
}

http::Response show_delivery(const Call& call) {
    const auto detail = find(call);
    return detail ? json_answer(to_json(*detail)) : problem(detail.error());
}

/// Foreign bytes: nothing that a browser would show.
http::Response show_delivery_body(const Call& call) {
    auto detail = find(call);
    if (!detail) {
        return problem(detail.error());
    }
    http::Response response;
    response.content_type = "application/octet-stream";
    response.headers.emplace_back("X-Content-Type-Options", "nosniff");
    response.body = std::move(detail->delivery.body);
    return response;
}

}  // namespace hookd::api
