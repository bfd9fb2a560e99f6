#pragma once

#include "core/base/log.hpp"
#include "core/http/server.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace hookd::test {

/// A service that writes down what it is asked. Unless told otherwise it lets every head pass and
/// answers 200 with "METHOD target" and the body. **Thread:** any.
class TestService : public http::Service {
  public:
    using Check = std::function<std::optional<http::Response>(const http::Head&, std::uint64_t&)>;
    using Serve = std::function<void(http::Request, http::Responder)>;

    void check_with(Check check) {
        const std::lock_guard lock(mutex_);
        check_ = std::move(check);
    }
    void serve_with(Serve serve) {
        const std::lock_guard lock(mutex_);
        serve_ = std::move(serve);
    }
    /// From now on requests wait for the test to answer them, see `next`.
    void hold() {
        serve_with([this](http::Request, http::Responder responder) {
            const std::lock_guard lock(mutex_);
            held_.push_back(std::move(responder));
            changed_.notify_one();
        });
    }

    /// The next request that was held, waited for.
    http::Responder next() {
        std::unique_lock lock(mutex_);
        if (!changed_.wait_for(lock, std::chrono::seconds(20), [this] { return !held_.empty(); })) {
            throw std::runtime_error("no request came");
        }
        http::Responder responder = std::move(held_.front());
        held_.pop_front();
        return responder;
    }
    std::vector<http::Responder> next(std::size_t count) {
        std::vector<http::Responder> all;
        while (all.size() < count) {
            all.push_back(next());
        }
        return all;
    }

    std::vector<http::Request> seen() const {
        const std::lock_guard lock(mutex_);
        return seen_;
    }

    std::optional<http::Response> check(const http::Head& head,
                                        std::uint64_t& body_limit) override {
        std::unique_lock lock(mutex_);
        const Check check = check_;
        lock.unlock();
        return check ? check(head, body_limit) : std::nullopt;
    }

    void serve(http::Request request, http::Responder responder) override {
        std::unique_lock lock(mutex_);
        seen_.push_back(request);
        const Serve serve = serve_;
        lock.unlock();
        if (serve) {
            serve(std::move(request), std::move(responder));
            return;
        }
        http::Response response;
        response.content_type = "text/plain";
        response.body = request.head.method + " " + request.head.target + "\n" + request.body;
        responder.respond(std::move(response));
    }

  private:
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    Check check_;
    Serve serve_;
    std::deque<http::Responder> held_;
    std::vector<http::Request> seen_;
};

/// A server on a free loopback port with one such service.
struct TestServer {
    explicit TestServer(const http::Limits& limits = {},
                        const http::Address& address = http::TcpAddress{"127.0.0.1", 0}) {
        const auto bound = server.listen(address, limits, service);
        if (!bound) {
            throw std::runtime_error(bound.error().message);
        }
        port = *bound;
        server.start();
    }

    Log log{Log::Format::text, Log::Level::error};
    TestService service;
    http::Server server{log};
    std::uint16_t port = 0;
};

}  // namespace hookd::test
