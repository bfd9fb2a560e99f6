#include "reconcile/ref_check.hpp"

#include "core/base/ulid.hpp"

#include <algorithm>
#include <future>
#include <memory>

namespace hookd::reconcile {
namespace {

constexpr auto k_source = "reconcile";
constexpr Milliseconds k_look_again{200};

/// One comparison of one repository.
class Check {
  public:
    Check(const config::Repository& repository, RefSource& source, const RefCheckContext& context,
          const std::stop_token& stop)
        : repository_(repository),
          name_(repository.name.text()),
          mark_("refs:" + name_),
          source_(source),
          context_(context),
          stop_(stop) {}

    RefReport run() {
        RefReport report;
        report.compared_with = source_.name();
        if (const auto done = compare(report); !done) {
            report.problem = done.error().message;
        }
        return report;
    }

  private:
    Status compare(RefReport& report) {
        const auto before = context_.queue.mark(mark_);
        if (!before) {
            return fail(before.error());
        }
        report.since = *before;
        const WallTime now = context_.clock.wall();
        const auto refs = source_.refs();
        if (!refs) {
            return fail(refs.error());
        }
        const auto unknown = before->has_value() ? UnknownRefs::made_since : UnknownRefs::old;
        auto found = look(*refs, unknown);
        if (!found) {
            return fail(found.error());
        }
        if (!found->empty()) {
            if (auto stayed = let_settle(*found, unknown); !stayed) {
                return stayed;
            }
        }
        if (stop_.stop_requested()) {
            return fail(ErrorCode::unavailable, "stopping");
        }
        report.at = now;
        // Positions first: a stop in between must not turn an old ref into a missed one.
        const auto noted = before->has_value() ? std::vector<queue::RefSeen>() : to_note(*refs);
        report.noted = noted.size();
        if (!before->has_value()) {
            if (auto done = context_.queue.note_refs(name_, noted, mark_, now); !done) {
                return done;
            }
        }
        auto told = tell(*found, report);
        return told && before->has_value() ? context_.queue.set_mark(mark_, now) : told;
    }

    Result<std::vector<Difference>> look(const std::vector<git::RefPosition>& refs,
                                         UnknownRefs unknown) {
        const auto seen = context_.queue.ref_positions(name_);
        if (!seen) {
            return fail(seen.error());
        }
        auto found = differences(*seen, refs, unknown);
        std::erase_if(found, [this](const Difference& each) { return source_.lags_behind(each); });
        return found;
    }

    /// Leaves in `found` what is still so after what was on its way has arrived.
    Status let_settle(std::vector<Difference>& found, UnknownRefs unknown) {
        context_.wait(context_.settings.settle, stop_);
        const BootTime until = context_.clock.boot() + context_.settings.spool;
        while (context_.has_spooled() && context_.clock.boot() < until && !stop_.stop_requested()) {
            context_.wait(k_look_again, stop_);
        }
        const auto refs = source_.refs();
        if (!refs) {
            return fail(refs.error());
        }
        const auto again = look(*refs, unknown);
        if (!again) {
            return fail(again.error());
        }
        std::erase_if(found, [&again](const Difference& each) {
            return std::find(again->begin(), again->end(), each) == again->end();
        });
        return {};
    }

    Status tell(const std::vector<Difference>& found, RefReport& report) {
        Status all;
        for (const Difference& each : found) {
            if (stop_.stop_requested()) {
                all = fail(ErrorCode::unavailable, "stopping");
                break;
            }
            const auto accepted = accept(each);
            if (!accepted) {
                all = fail(accepted.error());
                break;
            }
            for (const queue::AcceptedEvent& event : accepted->events) {
                if (!event.duplicate) {
                    report.missed.push_back({each.ref, each.before, each.after, event.id});
                }
            }
        }
        if (!report.missed.empty()) {
            context_.log.warning(to_line(name_, report), {{"compared_with", report.compared_with}});
        }
        return all;
    }

    Result<queue::Accepted> accept(const Difference& each) {
        const WallTime now = context_.clock.wall();
        queue::Delivery delivery;
        delivery.id = DeliveryId(make_ulid(now));
        delivery.source = k_source;
        delivery.provider = k_source;
        delivery.event = k_source;
        delivery.received_at = now;
        Event event;
        event.id = EventId(make_ulid(now));
        event.repository = repository_.name;
        describe_ref_change(event, each.ref, each.before, each.after);
        event.source = {k_source, source_.name(), delivery.id.text(), k_source, now, ""};
        source_.describe(event);
        std::vector<Event> events;
        events.push_back(std::move(event));
        // Owned by the callback: it may still be in use when the answer has woken us.
        const auto promise = std::make_shared<std::promise<Result<queue::Accepted>>>();
        auto answer = promise->get_future();
        context_.intake(
            std::move(delivery), std::move(events),
            [promise](Result<queue::Accepted> accepted) { promise->set_value(accepted); });
        return answer.get();
    }

    const config::Repository& repository_;
    const std::string name_;
    const std::string mark_;
    RefSource& source_;
    const RefCheckContext& context_;
    const std::stop_token stop_;
};

}  // namespace

RefReport check_refs(const config::Repository& repository, RefSource& source,
                     const RefCheckContext& context, const std::stop_token& stop) {
    return Check(repository, source, context, stop).run();
}

}  // namespace hookd::reconcile
