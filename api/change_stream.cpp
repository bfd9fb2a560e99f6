#include "api/change_stream.hpp"

#include <nlohmann/json.hpp>

#include <chrono>

namespace hookd::api {
namespace {

/// Below the idle limits of usual proxies, and how soon a vanished client is noticed.
constexpr std::chrono::seconds k_sign_of_life{15};

std::string_view kind_name(queue::Change::Kind kind) {
    switch (kind) {
        case queue::Change::Kind::event:
            return "event";
        case queue::Change::Kind::run:
            return "run";
        case queue::Change::Kind::action:
            return "action";
        case queue::Change::Kind::ready:
            break;
    }
    return {};
}

std::string to_server_sent(std::uint64_t id, std::string_view kind, const queue::Change& change) {
    nlohmann::ordered_json data;
    if (change.event) {
        data["event"] = change.event.text();
    }
    if (change.run) {
        data["run"] = change.run.value;
    }
    if (change.action) {
        data["action"] = change.action.value;
    }
    data["state"] = change.state;
    return "id: " + std::to_string(id) + "\nevent: " + std::string(kind) +
           "\ndata: " + data.dump() + "\n\n";
}

}  // namespace

ChangeStream::ChangeStream(const Context& context) : ticker_([this] { give_signs_of_life(); }) {
    subscription_ = context.queue.subscribe(
        [this](std::span<const queue::Change> changes) { pass_on(changes); });
}

ChangeStream::~ChangeStream() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        for (const Follower& follower : followers_) {
            follower.stream.end();
        }
        followers_.clear();
    }
    wake_.notify_one();
    ticker_.join();
}

void ChangeStream::follow(std::optional<RunId> run, const http::Responder& responder) {
    // The first part tells the client that from now on nothing is missed.
    const http::Response head{.content_type = "text/event-stream",
                              .body = "event: open\ndata: {}\n\n",
                              .headers = {{"Cache-Control", "no-store"}}};
    const std::lock_guard lock(mutex_);
    if (!stopping_) {
        followers_.push_back({run, responder.stream(head)});
        wake_.notify_one();
    }
}

void ChangeStream::pass_on(std::span<const queue::Change> changes) {
    const std::lock_guard lock(mutex_);
    if (followers_.empty()) {
        return;
    }
    for (const queue::Change& change : changes) {
        const std::string_view kind = kind_name(change.kind);
        if (kind.empty()) {
            continue;
        }
        const std::string text = to_server_sent(++last_id_, kind, change);
        std::erase_if(followers_, [&](const Follower& follower) {
            const bool wanted = !follower.run || *follower.run == change.run;
            if (wanted && !follower.stream.send(text)) {
                follower.stream.end();
                return true;
            }
            return false;
        });
    }
}

void ChangeStream::give_signs_of_life() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        if (followers_.empty()) {
            wake_.wait(lock);
            continue;
        }
        wake_.wait_for(lock, k_sign_of_life);
        std::erase_if(followers_, [](const Follower& follower) {
            return !follower.stream.is_open() || !follower.stream.send(": alive\n\n");
        });
    }
}

}  // namespace hookd::api
