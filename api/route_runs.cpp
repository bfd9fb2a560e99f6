#include "api/answer.hpp"
#include "api/log_stream.hpp"
#include "api/page.hpp"
#include "api/query.hpp"
#include "api/records_json.hpp"
#include "api/routes.hpp"
#include "core/base/file.hpp"

#include <nlohmann/json.hpp>

namespace hookd::api {
namespace {

using Json = nlohmann::ordered_json;

/// The largest log answered in one piece; longer ones are asked for in parts by `offset`.
constexpr std::size_t k_log_part_bytes = std::size_t{4} << 20;

Result<queue::RunFilter> run_filter(const http::Head& head) {
    queue::RunFilter filter;
    filter.repository = head.query("repository").value_or("");
    const auto limit = limit_of(head);
    if (!limit) {
        return fail(limit.error());
    }
    filter.limit = *limit;
    if (const auto state = head.query("state")) {
        filter.state = run_state_from(*state);
        if (!filter.state) {
            return fail(ErrorCode::invalid,
                        "\"state\" is one of queued, running, success, failure, canceled, "
                        "superseded");
        }
    }
    if (const auto before = head.query("before")) {
        const auto number = number_of(*before, "a run");
        if (!number) {
            return fail(number.error());
        }
        filter.before = RunId(*number);
    }
    return filter;
}

}  // namespace

http::Response list_runs(const Call& call) {
    const auto filter = run_filter(call.request.head);
    if (!filter) {
        return problem(filter.error());
    }
    const auto runs = call.context.queue.runs(*filter);
    if (!runs) {
        return problem(runs.error());
    }
    return page_answer("runs", *runs, filter->limit,
                       [](const queue::RunRecord& record) { return record.id.value; });
}

http::Response show_run(const Call& call) {
    const auto number = number_of(call.path.find("run")->second, "a run");
    if (!number) {
        return problem(number.error());
    }
    const auto detail = call.context.queue.run(RunId(*number));
    return detail ? json_answer(to_json(*detail)) : problem(detail.error());
}

http::Response show_log(const Call& call) {
    const auto wanted = log_wanted(call.path, call.request.head);
    if (!wanted) {
        return problem(wanted.error());
    }
    const auto found = find_attempt(call.context.queue, *wanted);
    if (!found) {
        return problem(found.error());
    }
    if (!found->fence) {
        return problem(404, "Not Found", "that attempt has not started");
    }
    const auto part =
        read_part(call.context.state.log(*found->fence), wanted->offset, k_log_part_bytes);
    if (!part) {
        return problem(part.error());
    }
    http::Response response{
        .content_type = "text/plain; charset=utf-8", .body = *part, .headers = {}};
    response.headers.emplace_back("X-Hookd-Next-Offset",
                                  std::to_string(wanted->offset + part->size()));
    response.headers.emplace_back("Content-Security-Policy", "sandbox");
    return response;
}

http::Response list_deployments(const Call& call) {
    const auto deployments =
        call.context.queue.deployments(call.request.head.query("repository").value_or(""));
    if (!deployments) {
        return problem(deployments.error());
    }
    Json body;
    body["deployments"] = Json::array();
    for (const queue::Deployment& deployment : *deployments) {
        body["deployments"].push_back(to_json(deployment));
    }
    return json_answer(body);
}

}  // namespace hookd::api
