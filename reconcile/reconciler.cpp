#include "reconcile/reconciler.hpp"

#include "core/base/wildmatch.hpp"
#include "reconcile/catch_up.hpp"
#include "reconcile/lane.hpp"
#include "reconcile/remote_refs.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <mutex>

namespace hookd::reconcile {

struct Reconciler::Running {
    Running(Workshop given, Settings settings)
        : workshop(std::move(given)),
          local(workshop.current, workshop.log, each_repository(&Running::compare_local)),
          remote(workshop.current, workshop.log, each_repository(&Running::compare_remote)),
          forges(
              workshop.current, workshop.log,
              [this](const Lane::Job& job, const std::stop_token& stop) { ask_forges(job, stop); }),
          local_context(context(local, settings.refs)),
          remote_context(context(remote, settings.refs)),
          catch_up(
              {workshop.queue, workshop.clock, workshop.log,
               [this](Milliseconds time, const std::stop_token& stop) { forges.wait(time, stop); },
               settings.catch_up}) {}

    using Compare = void (Running::*)(const config::Repository&, const std::stop_token&);

    [[nodiscard]] Lane::Work each_repository(Compare compare) {
        return [this, compare](const Lane::Job& job, const std::stop_token& stop) {
            const auto rules = workshop.current.get();
            for (const config::Repository& repository : rules->repositories) {
                if (stop.stop_requested()) {
                    return;
                }
                if (job.repository.empty() || job.repository == repository.name.text()) {
                    (this->*compare)(repository, stop);
                }
            }
        };
    }

    [[nodiscard]] RefCheckContext context(Lane& lane, const RefCheckSettings& settings) const {
        return {workshop.queue,
                workshop.intake,
                workshop.has_spooled,
                workshop.clock,
                workshop.log,
                [&lane](Milliseconds time, const std::stop_token& stop) { lane.wait(time, stop); },
                settings};
    }

    /// The remote is where pushes go, if there is one: a copy of it may lag behind.
    void compare_remote(const config::Repository& repository, const std::stop_token& stop) {
        if (repository.clone) {
            const auto source =
                open_remote(*repository.clone, [stop] { return stop.stop_requested(); });
            tell(repository, check_refs(repository, *source, remote_context, stop));
        }
    }

    void compare_local(const config::Repository& repository, const std::stop_token& stop) {
        if (repository.path.empty() || repository.clone) {
            return;
        }
        auto source = open_local(repository.path);
        if (!source) {
            RefReport failed;
            failed.compared_with = repository.path.string();
            failed.problem = source.error().message;
            tell(repository, std::move(failed));
            return;
        }
        tell(repository, check_refs(repository, **source, local_context, stop));
    }

    /// The forges behind those endpoints that speak for the repository.
    void ask_forges(const Lane::Job& job, const std::stop_token& stop) {
        const auto rules = workshop.current.get();
        const AskedBy by = job.ticket == 0 ? AskedBy::timer : AskedBy::person;
        if (by == AskedBy::person) {
            catch_up.forget_outages();
        }
        for (const config::Endpoint& endpoint : rules->endpoints) {
            if (stop.stop_requested()) {
                return;
            }
            if (!endpoint.catch_up) {
                continue;
            }
            auto repositories = spoken_for(*rules, endpoint);
            if (!job.repository.empty() && std::find(repositories.begin(), repositories.end(),
                                                     job.repository) == repositories.end()) {
                continue;
            }
            auto found = catch_up.turn(endpoint, by, stop);
            found.repositories = std::move(repositories);
            tell(std::move(found));
            if (const auto wait = catch_up.sooner(endpoint)) {
                forges.again_in(*wait);
            }
        }
    }

    [[nodiscard]] static std::vector<std::string> spoken_for(const config::Configuration& rules,
                                                             const config::Endpoint& endpoint) {
        std::vector<std::string> names;
        for (const config::Repository& repository : rules.repositories) {
            const std::string& name = repository.name.text();
            if (!endpoint.repositories.empty() && wildmatch_list(endpoint.repositories, name)) {
                names.push_back(name);
            }
        }
        return names;
    }

    void tell(DeliveryReport deliveries) {
        const std::lock_guard lock(mutex);
        DeliveryReport& told = report.endpoints[deliveries.endpoint];
        if (!deliveries.problem.empty() && told.problem != deliveries.problem) {
            workshop.log.warning(
                "cannot catch up on all that was missed at an endpoint",
                {{"endpoint", deliveries.endpoint}, {"reason", deliveries.problem}});
        }
        told = std::move(deliveries);
    }

    void tell(const config::Repository& repository, RefReport refs) {
        const std::string& name = repository.name.text();
        const std::lock_guard lock(mutex);
        auto& told = report.repositories[name].refs;
        // The same trouble every ten minutes is said once.
        if (!refs.problem.empty() && (!told || told->problem != refs.problem)) {
            workshop.log.warning("cannot compare the refs of " + name,
                                 {{"with", refs.compared_with}, {"reason", refs.problem}});
        }
        if (refs.noted > 0) {
            workshop.log.info("noted the refs of " + name, {{"refs", std::to_string(refs.noted)}});
        }
        told = std::move(refs);
    }

    Workshop workshop;
    mutable std::mutex mutex;
    Report report;
    std::uint64_t asked = 0;
    Lane local;
    Lane remote;
    Lane forges;
    RefCheckContext local_context;
    RefCheckContext remote_context;
    CatchUp catch_up;

    [[nodiscard]] std::array<Lane*, 3> lanes() { return {&local, &remote, &forges}; }
};

Reconciler::Reconciler(Workshop workshop, Settings settings)
    : running_(std::make_unique<Running>(std::move(workshop), settings)) {}

Reconciler::~Reconciler() {
    stop();
}

void Reconciler::start() {
    for (Lane* const lane : running_->lanes()) {
        lane->start();
    }
}

void Reconciler::stop() {
    for (Lane* const lane : running_->lanes()) {
        lane->stop();
    }
}

Result<std::uint64_t> Reconciler::ask(const std::string& repository) {
    const auto rules = running_->workshop.current.get();
    const auto is_it = [&repository](const config::Repository& each) {
        return each.name.text() == repository;
    };
    if (!repository.empty() &&
        std::none_of(rules->repositories.begin(), rules->repositories.end(), is_it)) {
        return fail(ErrorCode::not_found, "there is no repository \"" + repository + "\"");
    }
    const std::lock_guard lock(running_->mutex);
    const std::uint64_t ticket = running_->asked + 1;
    for (Lane* const lane : running_->lanes()) {
        if (!lane->ask(repository, ticket)) {
            return fail(ErrorCode::unavailable, "too many comparisons wait");
        }
    }
    return running_->asked = ticket;
}

std::string Reconciler::report() const {
    std::uint64_t finished = std::numeric_limits<std::uint64_t>::max();
    for (const Lane* const lane : running_->lanes()) {
        finished = std::min(finished, lane->finished());
    }
    const std::lock_guard lock(running_->mutex);
    const auto rules = running_->workshop.current.get();
    Report report;
    report.finished = finished;
    for (const config::Repository& repository : rules->repositories) {
        const auto found = running_->report.repositories.find(repository.name.text());
        if (found != running_->report.repositories.end()) {
            report.repositories.insert(*found);
        }
    }
    for (const config::Endpoint& endpoint : rules->endpoints) {
        const auto found = running_->report.endpoints.find(endpoint.path);
        if (endpoint.catch_up && found != running_->report.endpoints.end()) {
            report.endpoints.insert(*found);
        }
    }
    return to_json_text(report);
}

}  // namespace hookd::reconcile
