#include "api/service.hpp"

#include "api/answer.hpp"
#include "api/query.hpp"
#include "api/routes.hpp"

#include <algorithm>
#include <exception>

namespace hookd::api {
namespace {

/// No request of the API needs more; deliveries come through the webhook listener. Only events to
/// be explained may be long.
constexpr std::uint64_t k_body_bytes = std::uint64_t{64} << 10;
constexpr std::uint64_t k_explain_body_bytes = std::uint64_t{4} << 20;
constexpr std::size_t k_most_waiting = 1000;

http::Response no_such_path(std::string_view path) {
    return problem(404, "Not Found", "there is no \"" + printable_line(path) + "\" here");
}

}  // namespace

Service::Service(Context context)
    : context_(std::move(context)),
      changes_(context_),
      logs_(context_),
      thread_([this] { answer_waiting(); }) {}

Service::~Service() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

std::optional<http::Response> Service::check(const http::Head& head, std::uint64_t& body_limit) {
    body_limit = std::min(body_limit,
                          head.path() == k_explain_pattern ? k_explain_body_bytes : k_body_bytes);
    const bool known_method = head.method == "GET" || head.method == "POST";
    if (known_method) {
        return std::nullopt;
    }
    http::Response response = problem(405, "Method Not Allowed", "use GET or POST");
    response.headers.emplace_back("Allow", "GET, POST");
    return response;
}

void Service::serve(http::Request request, http::Responder responder) {
    {
        const std::lock_guard lock(mutex_);
        if (waiting_.size() < k_most_waiting) {
            waiting_.emplace_back(std::move(request), std::move(responder));
            wake_.notify_one();
            return;
        }
    }
    responder.respond(problem(503, "Service Unavailable", "too many requests wait"));
}

void Service::answer_waiting() {
    std::unique_lock lock(mutex_);
    for (;;) {
        wake_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
        if (stopping_) {
            return;
        }
        const auto [request, responder] = std::move(waiting_.front());
        waiting_.pop_front();
        lock.unlock();
        try {
            answer(request, responder);
        } catch (const std::exception& bug) {
            context_.log.error("a request failed",
                               {{"target", request.head.target}, {"reason", bug.what()}});
            responder.respond(problem(500, "Internal Server Error", "see the log of hookd"));
        }
        lock.lock();
    }
}

void Service::answer(const http::Request& request, const http::Responder& responder) {
    const std::string_view path = request.head.path();
    if (path == k_stream_pattern && request.head.method == "GET") {
        std::optional<RunId> run;
        if (const auto text = request.head.query("run")) {
            const auto number = number_of(*text, "a run");
            if (!number) {
                responder.respond(problem(number.error()));
                return;
            }
            run = RunId(*number);
        }
        changes_.follow(run, responder);
        return;
    }
    bool path_known = false;
    for (const Route& route : routes()) {
        const auto values = match_path(route.pattern, path);
        if (!values) {
            continue;
        }
        path_known = true;
        if (route.method != request.head.method) {
            continue;
        }
        if (route.pattern == k_log_pattern && request.head.query("follow")) {
            auto wanted = log_wanted(*values, request.head);
            if (!wanted) {
                responder.respond(problem(wanted.error()));
                return;
            }
            logs_.follow(*std::move(wanted), responder);
            return;
        }
        responder.respond(route.answer({context_, request, *values}));
        return;
    }
    responder.respond(path_known ? problem(405, "Method Not Allowed", "see the API's description")
                                 : no_such_path(path));
}

}  // namespace hookd::api
