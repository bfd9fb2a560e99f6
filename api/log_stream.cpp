#include "api/log_stream.hpp"

#include "api/answer.hpp"
#include "api/query.hpp"
#include "core/base/fd.hpp"

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <iterator>

namespace hookd::api {
namespace {

constexpr std::chrono::milliseconds k_round{50};
/// Rounds without output after which the queue is asked whether the attempt is over.
constexpr int k_rounds_before_asking = 2;
constexpr int k_rounds_before_a_sign_of_life = 300;
constexpr int k_parts_a_round = 4;
constexpr std::size_t k_part_bytes = std::size_t{64} << 10;

/// How many bytes at the end of `part` begin a UTF-8 sequence that is not whole yet.
std::size_t cut_sequence(std::string_view part) {
    for (std::size_t back = 1; back <= 3 && back <= part.size(); ++back) {
        const auto byte = static_cast<unsigned char>(part[part.size() - back]);
        if (byte >= 0xC0) {
            const std::size_t length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2;
            return length > back ? back : 0;
        }
        if (byte < 0x80) {
            return 0;
        }
    }
    return 0;
}

std::string log_event(std::size_t next_offset, std::string_view part) {
    return "id: " + std::to_string(next_offset) +
           "\ndata: " + nlohmann::json(to_valid_utf8(part)).dump() + "\n\n";
}

}  // namespace

Result<LogWanted> log_wanted(const PathValues& path, const http::Head& head) {
    LogWanted wanted;
    const auto run = number_of(path.find("run")->second, "a run");
    if (!run) {
        return fail(run.error());
    }
    wanted.run = RunId(*run);
    wanted.action = path.find("action")->second;
    if (const std::string& text = path.find("attempt")->second; text != "last") {
        const auto number = number_of(text, "an attempt");
        if (!number) {
            return fail(number.error());
        }
        wanted.attempt = static_cast<int>(std::min<std::int64_t>(*number, INT32_MAX));
    }
    std::optional<std::string> offset = head.query("offset");
    if (const auto last = head.headers.only("Last-Event-ID")) {
        offset = std::string(*last);
    }
    if (offset) {
        const auto number = parse_number(*offset);
        if (!number) {
            return fail(ErrorCode::invalid, "\"offset\" is a number of bytes");
        }
        wanted.offset = *number;
    }
    return wanted;
}

Result<AttemptFound> find_attempt(queue::Queue& queue, const LogWanted& wanted) {
    const auto detail = queue.run(wanted.run);
    if (!detail) {
        return fail(detail.error());
    }
    const auto action =
        std::find_if(detail->actions.begin(), detail->actions.end(),
                     [&wanted](const auto& each) { return each.name == wanted.action; });
    if (action == detail->actions.end()) {
        return fail(ErrorCode::not_found, "run " + wanted.run.text() + " has no action \"" +
                                              printable_line(wanted.action) + "\"");
    }
    AttemptFound found{
        .fence = {}, .over = is_final(action->state), .state = std::string(to_text(action->state))};
    const queue::AttemptRecord* attempt = nullptr;
    for (const queue::AttemptRecord& each : action->attempts) {
        if (!wanted.attempt || each.number == *wanted.attempt) {
            attempt = &each;
        }
    }
    if (attempt != nullptr) {
        found.fence = attempt->fence;
        found.over = attempt->ended_at.has_value();
    } else if (wanted.attempt && found.over) {
        return fail(ErrorCode::not_found,
                    "\"" + wanted.action + "\" had no attempt " + std::to_string(*wanted.attempt));
    }
    return found;
}

Result<std::string> read_part(const std::filesystem::path& file, std::size_t offset,
                              std::size_t most) {
    const Fd log(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!log.is_open()) {
        return std::string{};
    }
    std::string part(most, '\0');
    const ::ssize_t got =
        ::pread(log.get(), part.data(), part.size(), static_cast<::off_t>(offset));
    if (got < 0) {
        return fail_errno("cannot read the log");
    }
    part.resize(static_cast<std::size_t>(got));
    return part;
}

LogStream::LogStream(const Context& context)
    : context_(context), thread_([this] { look_after_all(); }) {}

LogStream::~LogStream() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

void LogStream::follow(LogWanted wanted, const http::Responder& responder) {
    const auto found = find_attempt(context_.queue, wanted);
    if (!found) {
        responder.respond(problem(found.error()));
        return;
    }
    Follower follower{std::move(wanted),
                      responder.stream({.content_type = "text/event-stream",
                                        .body = {},
                                        .headers = {{"Cache-Control", "no-store"}}}),
                      found->fence};
    {
        const std::lock_guard lock(mutex_);
        arriving_.push_back(std::move(follower));
    }
    wake_.notify_one();
}

void LogStream::look_after_all() {
    std::vector<Follower> followers;
    std::unique_lock lock(mutex_);
    for (;;) {
        const auto wanted = [this] { return stopping_ || !arriving_.empty(); };
        if (followers.empty()) {
            wake_.wait(lock, wanted);
        } else {
            wake_.wait_for(lock, k_round, wanted);
        }
        if (stopping_) {
            break;
        }
        std::move(arriving_.begin(), arriving_.end(), std::back_inserter(followers));
        arriving_.clear();
        lock.unlock();
        std::erase_if(followers, [this](Follower& follower) { return !serve(follower); });
        lock.lock();
    }
    for (const Follower& follower : followers) {
        follower.stream.end();
    }
}

bool LogStream::serve(Follower& follower) const {
    if (!follower.stream.is_open()) {
        return false;
    }
    bool over = false;
    std::string state;
    // Asked before the file is read: what was written before the end is then certainly read.
    const bool asks =
        follower.over || follower.quiet_rounds >= k_rounds_before_asking || !follower.fence;
    if (asks) {
        const auto found = find_attempt(context_.queue, follower.wanted);
        if (!found) {
            follower.stream.end();
            return false;
        }
        follower.fence = found->fence;
        over = follower.over = found->over;
        state = found->state;
    }
    bool quiet = true;
    // A few parts a round: a reader that is slower than the file grows is not drowned at once.
    for (int parts = 0; follower.fence && parts < k_parts_a_round; ++parts) {
        auto part =
            read_part(context_.state.log(*follower.fence), follower.wanted.offset, k_part_bytes);
        if (!part || part->empty()) {
            break;
        }
        if (!over) {
            part->resize(part->size() - cut_sequence(*part));
        }
        if (part->empty()) {
            break;
        }
        follower.wanted.offset += part->size();
        if (!follower.stream.send(log_event(follower.wanted.offset, *part))) {
            follower.stream.end();  // the client comes again with Last-Event-ID
            return false;
        }
        quiet = false;
    }
    follower.quiet_rounds = quiet ? follower.quiet_rounds + 1 : 0;
    if (over && quiet) {
        static_cast<void>(
            follower.stream.send("event: end\ndata: {\"state\":\"" + state + "\"}\n\n"));
        follower.stream.end();
        return false;
    }
    if (follower.quiet_rounds >= k_rounds_before_a_sign_of_life) {
        follower.quiet_rounds = k_rounds_before_asking;
        return follower.stream.send(": waiting\n\n");
    }
    return true;
}

}  // namespace hookd::api
