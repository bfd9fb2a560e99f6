#pragma once

#include "core/base/file.hpp"
#include "core/base/ulid.hpp"
#include "hooks/post_receive/poke.hpp"
#include "hooks/spool_intake.hpp"
#include "hooks/spool_writer.hpp"
#include "tests/support/git_repository.hpp"
#include "tests/unit/hooks/sample_record.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace hookd::test {

/// A queue that remembers what it was given, and answers as it is told.
class FakeQueue {
  public:
    struct Given {
        queue::Delivery delivery;
        std::vector<Event> events;
    };

    queue::Intake intake() {
        return [this](const queue::Delivery& delivery, const std::vector<Event>& events,
                      const queue::AcceptDone& done) {
            std::unique_lock lock(mutex_);
            given_.push_back({delivery, events});
            if (holding_) {
                held_.emplace_back(
                    [this, delivery, events, done] { answer(delivery, events, done); });
                return;
            }
            lock.unlock();
            answer(delivery, events, done);
        };
    }

    /// Deliveries for which this says so are not stored.
    void refuse(std::function<std::optional<Error>(const queue::Delivery&)> why) {
        const std::lock_guard lock(mutex_);
        refuse_ = std::move(why);
    }
    void hold() {
        const std::lock_guard lock(mutex_);
        holding_ = true;
    }
    void release() {
        std::vector<std::function<void()>> held;
        {
            const std::lock_guard lock(mutex_);
            holding_ = false;
            held.swap(held_);
        }
        for (const auto& answer : held) {
            answer();
        }
    }
    [[nodiscard]] std::vector<Given> given() const {
        const std::lock_guard lock(mutex_);
        return given_;
    }
    /// Keys of the deliveries that were stored, in order.
    [[nodiscard]] std::vector<std::string> stored() const {
        const std::lock_guard lock(mutex_);
        return stored_;
    }

  private:
    void answer(const queue::Delivery& delivery, const std::vector<Event>& events,
                const queue::AcceptDone& done) {
        Result<queue::Accepted> result = queue::Accepted{};
        {
            const std::lock_guard lock(mutex_);
            const auto error = refuse_ ? refuse_(delivery) : std::nullopt;
            if (error) {
                result = fail(*error);
            } else if (std::find(stored_.begin(), stored_.end(), delivery.key) != stored_.end()) {
                result->duplicate_delivery = true;
            } else {
                stored_.push_back(delivery.key);
                for (const auto& event : events) {
                    result->events.push_back(
                        {event.id, false, {{RunId(1), "checks"}, {RunId(2), "release"}}});
                }
            }
        }
        done(std::move(result));
    }

    mutable std::mutex mutex_;
    std::vector<Given> given_;
    std::vector<std::string> stored_;
    std::function<std::optional<Error>(const queue::Delivery&)> refuse_;
    bool holding_ = false;
    std::vector<std::function<void()>> held_;
};

inline config::Configuration configuration_of(
    const std::vector<std::pair<std::string, std::filesystem::path>>& repositories) {
    config::Configuration configuration;
    for (const auto& [name, path] : repositories) {
        config::Repository repository;
        repository.name = RepositoryName::parse(name).value();
        repository.path = path;
        configuration.repositories.push_back(std::move(repository));
    }
    return configuration;
}

/// A repository with three commits on main, the spool beside it, and an intake that is not
/// started yet.
class Spooling {
  public:
    Spooling()
        : first(repository.commit("main", {{"a.c", "1"}})),
          second(repository.commit("main", {{"a.c", "2"}, {"docs/b.md", "2"}})),
          third(repository.commit("main", {{"a.c", "3"}})),
          configuration_(
              configuration_of({{"acme/shop", repository.path()}, {"acme/other", other.path()}})) {
        if (!make_folders(spool())) {
            throw std::runtime_error("no spool");
        }
    }

    [[nodiscard]] std::filesystem::path spool() const {
        return repository.folder() / "state/spool";
    }
    [[nodiscard]] std::filesystem::path socket() const { return repository.folder() / "s"; }

    [[nodiscard]] hooks::RefUpdate update(const ObjectId& before, const ObjectId& after,
                                          const std::string& ref = "refs/heads/main") {
        return {EventId(next_id()), before, after, ref};
    }

    [[nodiscard]] hooks::SpoolRecord record(std::vector<hooks::RefUpdate> updates) {
        hooks::SpoolRecord record;
        record.id = next_id();
        record.repository = repository.path();
        record.time = WallTime(Milliseconds(1795427001250));
        record.uid = ::geteuid();
        record.updates = std::move(updates);
        return record;
    }

    /// Ids whose order is the order of making them.
    std::string next_id() { return make_ulid(WallTime(Milliseconds(1795427001250 + ++made_))); }

    std::string put(const hooks::SpoolRecord& record) {
        const auto name = hooks::write_to_spool(spool(), record);
        return name.value();
    }

    hooks::SpoolIntake& start(hooks::SpoolIntake::Settings settings = {}) {
        settings.spool = spool();
        settings.socket = socket();
        intake_ = std::make_unique<hooks::SpoolIntake>(settings, configuration_, queue.intake(),
                                                       clock_, log_);
        const auto started = intake_->start();
        if (!started) {
            throw std::runtime_error(started.error().message);
        }
        return *intake_;
    }
    void stop() { intake_.reset(); }

    [[nodiscard]] Result<hooks::SpoolAnswer> ask(const std::string& name) const {
        return hooks::poke(socket().string(), name, Milliseconds{20'000});
    }

    [[nodiscard]] std::vector<std::string> left() const {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::directory_iterator(spool())) {
            if (entry.path().extension() == ".push") {
                names.push_back(entry.path().filename());
            }
        }
        return names;
    }
    [[nodiscard]] bool is_refused(const std::string& name) const {
        return std::filesystem::exists(std::filesystem::symlink_status(spool() / "refused" / name));
    }

    GitRepository repository;
    GitRepository other;
    ObjectId first, second, third;
    FakeQueue queue;

  private:
    config::Current configuration_;
    RealClock clock_;
    Log log_{Log::Format::text, Log::Level::error};
    std::unique_ptr<hooks::SpoolIntake> intake_;
    std::int64_t made_ = 0;
};

inline const ObjectId k_none = object('0');

}  // namespace hookd::test
