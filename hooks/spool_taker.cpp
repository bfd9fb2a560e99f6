#include "hooks/spool_taker.hpp"

#include "core/base/text.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <vector>

namespace hookd::hooks {
namespace {

constexpr std::size_t k_names_at_once = 1000;
constexpr std::size_t k_most_under_way = 32;
constexpr Milliseconds k_longest_wait{10'000};

/// What the hook is told, refs beyond the first few left out.
SpoolAnswer answer_to(std::vector<RefAnswer> refs, const queue::Accepted& accepted) {
    SpoolAnswer answer;
    std::size_t next = 0;
    for (auto& ref : refs) {
        if (answer.refs.size() == SpoolAnswer::k_most_refs) {
            break;
        }
        if (ref.what == RefAnswer::What::queued) {
            // A delivery that was there already may come back without its events.
            if (next < accepted.events.size()) {
                const auto& event = accepted.events[next++];
                ref.event = event.id;
                ref.what = event.duplicate ? RefAnswer::What::duplicate : ref.what;
                for (const auto& run : event.runs) {
                    ref.rules.push_back(run.rule);
                }
            }
            ref.what = accepted.duplicate_delivery ? RefAnswer::What::duplicate : ref.what;
        }
        answer.refs.push_back(std::move(ref));
    }
    return answer;
}

}  // namespace

/// One file that the queue has, and what it said.
struct SpoolTaker::UnderWay {
    struct File {
        std::string name;
        std::string repository;
        uid_t owner = 0;
        std::vector<RefAnswer> answers;
        Result<queue::Accepted> result;
    };

    std::mutex mutex;
    std::condition_variable answered;
    std::deque<File> done;

    void put(File file) {
        {
            const std::lock_guard lock(mutex);
            done.push_back(std::move(file));
        }
        answered.notify_one();
    }

    std::optional<File> take(Milliseconds most) {
        std::unique_lock lock(mutex);
        if (!answered.wait_for(lock, most, [this] { return !done.empty(); })) {
            return std::nullopt;
        }
        File file = std::move(done.front());
        done.pop_front();
        return file;
    }
};

SpoolTaker::SpoolTaker(SpoolFolder folder, const config::Current& configuration,
                       queue::Intake intake, AnswerBoard& board, const Clock& clock, Log& log)
    : folder_(std::move(folder)),
      configuration_(configuration),
      intake_(std::move(intake)),
      board_(board),
      clock_(clock),
      log_(log),
      under_way_(std::make_shared<UnderWay>()) {}

bool SpoolTaker::take_all(const std::function<bool()>& stop) {
    kept_any_ = false;
    while (settle_one(Milliseconds{0})) {
    }
    held_ = busy_;  // the queue has not answered about their files since the last round
    std::string last;
    for (;;) {
        const auto names = folder_.names_after(last, k_names_at_once);
        if (!names) {
            log_.error("the spool cannot be read", {{"reason", names.error().message}});
            return false;
        }
        for (const auto& name : *names) {
            if (stop()) {
                return false;
            }
            take(name);
        }
        if (names->size() < k_names_at_once) {
            break;
        }
        last = names->back();
    }
    wait_for_queue();
    return !kept_any_;
}

void SpoolTaker::take(const std::string& name) {
    auto file = folder_.read(name);
    if (!file) {
        if (file.error().code == ErrorCode::invalid) {
            refuse(name, 0, file.error().message);
        } else if (file.error().code != ErrorCode::not_found) {
            keep(name, {}, 0, file.error());
        }
        return;
    }
    const uid_t owner = file->owner;
    const auto record = spool_record_from(file->bytes);
    if (!record || spool_file_name(*record) != name) {
        refuse(name, owner, record ? "its name is not its id's" : record.error().message);
        return;
    }
    if (!is_next(record->repository)) {
        kept_any_ = true;
        board_.put(name, {{SpoolAnswer::Verdict::kept, "an earlier push waits", {}}, owner});
        return;
    }
    auto push = verify_push(*record, std::move(*file), *configuration_.get(), clock_);
    if (push) {
        hand_over(name, record->repository, owner, std::move(*push));
    } else if (push.error().code == ErrorCode::invalid) {
        refuse(name, owner, push.error().message);
    } else {
        keep(name, record->repository, owner, push.error());
    }
}

void SpoolTaker::hand_over(const std::string& name, const std::string& repository, uid_t owner,
                           VerifiedPush push) {
    busy_.insert(repository);
    for (const auto& answer : push.answers) {
        if (answer.what == RefAnswer::What::left_out) {
            log_.warning("a ref of a push was left out",
                         {{"file", name}, {"reason", answer.reason}});
        }
    }
    intake_(std::move(push.delivery), std::move(push.events),
            [under_way = under_way_, name, repository, owner,
             answers = std::move(push.answers)](Result<queue::Accepted> result) {
                under_way->put({name, repository, owner, answers, std::move(result)});
            });
}

bool SpoolTaker::is_next(const std::string& repository) {
    while (!held_.contains(repository) &&
           (busy_.contains(repository) || busy_.size() >= k_most_under_way)) {
        if (!settle_one(k_longest_wait)) {
            // The queue is silent: what waits for it waits for the next round.
            held_.insert(repository);
        }
    }
    return !held_.contains(repository);
}

bool SpoolTaker::settle_one(Milliseconds most) {
    auto file = under_way_->take(most);
    if (!file) {
        return false;
    }
    busy_.erase(file->repository);
    if (!file->result) {
        if (file->result.error().code == ErrorCode::invalid) {
            refuse(file->name, file->owner, file->result.error().message);
        } else {
            keep(file->name, file->repository, file->owner, file->result.error());
        }
        return true;
    }
    if (auto removed = folder_.remove(file->name); !removed) {
        // It will be taken again, and is then known already.
        log_.error("a spool file that is in the queue stays",
                   {{"file", file->name}, {"reason", removed.error().message}});
        kept_any_ = true;
    }
    board_.put(file->name, {answer_to(std::move(file->answers), *file->result), file->owner});
    return true;
}

void SpoolTaker::wait_for_queue() {
    while (!busy_.empty()) {
        if (!settle_one(k_longest_wait)) {
            kept_any_ = true;
            return;
        }
    }
}

void SpoolTaker::keep(const std::string& name, const std::string& repository, uid_t owner,
                      const Error& error) {
    log_.warning("a push is kept in the spool for later",
                 {{"file", name}, {"reason", error.message}});
    kept_any_ = true;
    held_.insert(repository);
    board_.put(name, {{SpoolAnswer::Verdict::kept, error.message, {}}, owner});
}

void SpoolTaker::refuse(const std::string& name, uid_t owner, const std::string& reason) {
    log_.error("a spool file is refused", {{"file", (folder_.path() / "refused" / name).string()},
                                           {"uid", std::to_string(owner)},
                                           {"reason", printable_line(reason)}});
    if (auto moved = folder_.refuse(name); !moved) {
        log_.error("it cannot be moved away", {{"reason", moved.error().message}});
        kept_any_ = true;
    }
    board_.put(name, {{SpoolAnswer::Verdict::refused, reason, {}}, owner});
}

}  // namespace hookd::hooks
