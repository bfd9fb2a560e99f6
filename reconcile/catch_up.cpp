#include "reconcile/catch_up.hpp"

#include "core/base/text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace hookd::reconcile {
namespace {

constexpr std::size_t k_hooks_a_page = 100;
constexpr std::size_t k_most_hook_pages = 10;
/// So many deliveries of one turn a forge may not want to send again.
constexpr std::size_t k_most_refusals = 3;
constexpr Milliseconds k_soon{60'000};

/// What the hook belongs to; an endpoint of one repository need not say so.
Place place_of(const config::Endpoint& endpoint) {
    const config::CatchUp& settings = *endpoint.catch_up;
    Place place{settings.repository, settings.owner};
    if (place.name().empty() && endpoint.repositories.size() == 1) {
        place.repository = endpoint.repositories.front();
    }
    return place;
}

/// "/hooks/acme" of "https://ci.acme.test/hooks/acme?x=y".
std::string_view path_of(std::string_view url) {
    const auto colons = url.find("://");
    const auto slash = colons == std::string_view::npos ? colons : url.find('/', colons + 3);
    const std::string_view path = slash == std::string_view::npos ? "" : url.substr(slash);
    return path.substr(0, path.find_first_of("?#"));
}

Status refuse(const std::string& what) {
    return fail(ErrorCode::invalid, what);
}

}  // namespace

class CatchUp::Turn {
  public:
    Turn(const config::Endpoint& endpoint, const Forge& forge, AskedBy by,
         const CatchUpContext& context, Memory& memory, Rests& rests, const std::stop_token& stop)
        : endpoint_(endpoint),
          forge_(forge),
          by_(by),
          context_(context),
          memory_(memory),
          rests_(rests),
          stop_(stop),
          now_(context.clock.wall()),
          until_(context.clock.boot() + context.settings.turn),
          settled_mark_("catch_up:" + endpoint.path),
          began_mark_("catch_up_began:" + endpoint.path),
          api_(
              forge, *endpoint.catch_up, context.clock, [stop] { return stop.stop_requested(); },
              context.settings.api) {}

    void run(DeliveryReport& report) {
        const auto rest = rests_.find(endpoint_.catch_up->api);
        if (rest != rests_.end() && context_.clock.boot() < rest->second.until) {
            report.problem = rest->second.why;
            return;
        }
        if (rest != rests_.end()) {
            rests_.erase(rest);
        }
        memory_.has_more = false;
        if (const auto done = ask_forge(report); !done) {
            report.problem = done.error().message;
            leave_alone(report, done.error().code);
        }
    }

  private:
    /// Where the forge wants that, or where trying it for other endpoints would only take long.
    void leave_alone(DeliveryReport& report, ErrorCode code) {
        const auto wait = api_.wait();
        const bool is_out = code == ErrorCode::unavailable || code == ErrorCode::timeout;
        if (wait) {
            report.problem +=
                "; it is left alone until " + to_rfc3339(context_.clock.wall() + *wait);
        }
        if (wait || is_out) {
            rests_[endpoint_.catch_up->api] = {context_.clock.boot() + wait.value_or(k_soon),
                                               wait.has_value(), report.problem};
        }
    }

    Status ask_forge(DeliveryReport& report) {
        const auto settled = context_.queue.mark(settled_mark_);
        const auto began = context_.queue.mark(began_mark_);
        if (!settled || !began) {
            return fail(settled ? began.error() : settled.error());
        }
        report.since = *settled;
        if (auto found = find_hook(); !found) {
            return found;
        }
        auto complete = list(*settled);
        if (!complete) {
            return fail(complete.error());
        }
        report.at = now_;
        report.listed = attempts_.size();
        auto here = known();
        if (!here) {
            return fail(here.error());
        }
        Choice choice =
            choose({attempts_, *here, *began, memory_.asked, now_, by_, forge_.most_again});
        report.waiting = choice.waiting;
        memory_.has_more = choice.left_over > 0;
        tell_given_up(report, std::move(choice.given_up));
        const Status asked = ask_again(report, choice.again);
        if (auto noted = note(*began, choice.unsettled); !noted) {
            return noted;
        }
        if (!asked) {
            return asked;
        }
        return *complete ? Status{}
                         : refuse("only the newest " + std::to_string(attempts_.size()) +
                                  " tries to deliver were looked at: comparing refs finds what "
                                  "moved before");
    }

    // The hook

    Status find_hook() {
        const Place place = place_of(endpoint_);
        auto hooks = forge_.hooks(place);
        if (!hooks) {
            return fail(hooks.error());
        }
        if (endpoint_.catch_up->hook) {
            memory_.hook = std::to_string(*endpoint_.catch_up->hook);
        }
        if (memory_.hook.empty()) {
            auto found = search(*hooks, place);
            if (!found) {
                return fail(found.error());
            }
            memory_.hook = *std::move(found);
        }
        hook_ = *hooks + "/" + memory_.hook;
        return {};
    }

    /// The number of the one hook whose URL leads here. We are not told what comes before our
    /// path: that is the proxy's business.
    Result<std::string> search(const std::string& hooks, const Place& place) {
        const std::array<std::string_view, 2> wanted = {"id", forge_.hook_url};
        std::vector<std::string> found;
        for (std::size_t page = 1; page <= k_most_hook_pages; ++page) {
            auto answer = api_.get(hooks + "?per_page=" + std::to_string(k_hooks_a_page) +
                                   "&page=" + std::to_string(page));
            if (!answer) {
                return fail(answer.error());
            }
            const auto records = read_records(answer->body, wanted);
            if (!records) {
                return fail(records.error().in("hooks of " + place.name()));
            }
            for (const Record& record : *records) {
                const std::string id = number_of(record, "id");
                const std::string url = text_of(record, forge_.hook_url);
                if (!id.empty() && path_of(url).ends_with(endpoint_.path)) {
                    found.push_back(id);
                }
            }
            if (records->size() < k_hooks_a_page) {
                break;
            }
        }
        if (found.size() == 1) {
            return std::move(found.front());
        }
        return fail(ErrorCode::not_found,
                    (found.empty() ? "no hook of " : "more than one hook of ") + place.name() +
                        " has a URL that ends in " + endpoint_.path +
                        ": write \"hook\", its number");
    }

    // What was delivered

    /// Whether all of it was looked at.
    Result<bool> list(const std::optional<WallTime>& settled) {
        const WallTime furthest = now_ - context_.settings.furthest;
        const WallTime needed =
            settled ? std::max(furthest, *settled - context_.settings.overlap) : furthest;
        const WallTime wanted = by_ == AskedBy::person ? furthest : needed;
        std::string cursor;
        for (std::size_t page = 0; page < forge_.most_pages && may_go_on(); ++page) {
            auto next = read(cursor);
            if (!next) {
                return fail(next.error());
            }
            cursor = *std::move(next);
            if (cursor.empty() || is_before(wanted)) {
                return true;
            }
        }
        if (stop_.stop_requested()) {
            return fail(ErrorCode::unavailable, "stopping");
        }
        return is_before(needed);
    }

    /// The cursor of the next page.
    Result<std::string> read(const std::string& cursor) {
        auto answer = api_.get(hook_ + forge_.deliveries(cursor));
        if (!answer) {
            if (answer.error().code == ErrorCode::not_found) {
                memory_.hook.clear();  // it may have been made anew
            }
            return fail(answer.error());
        }
        const auto records = read_records(answer->body, forge_.delivery_fields);
        auto page = records ? forge_.read_page(*records, *answer, cursor)
                            : Result<Page>(fail(records.error()));
        if (!page) {
            return fail(page.error().in("deliveries of " + endpoint_.path));
        }
        for (Attempt& attempt : page->attempts) {
            // What is delivered while we read moves the rest on: some of it comes twice.
            if (seen_.insert(attempt.id).second) {
                attempts_.push_back(std::move(attempt));
            }
        }
        return std::move(page->next);
    }

    [[nodiscard]] bool is_before(WallTime time) const {
        return !attempts_.empty() && attempts_.back().at && *attempts_.back().at < time;
    }

    [[nodiscard]] bool may_go_on() const {
        return !stop_.stop_requested() && context_.clock.boot() < until_;
    }

    Result<std::set<std::string>> known() {
        std::vector<std::string> keys;
        for (const Attempt& attempt : attempts_) {
            keys.push_back(attempt.key);
        }
        return context_.queue.known_keys(endpoint_.path, keys);
    }

    // Having it sent again

    Status ask_again(DeliveryReport& report, const std::vector<Redelivery>& again) {
        Status all;
        std::size_t refusals = 0;
        std::size_t tried = 0;
        for (const Redelivery& delivery : again) {
            if (tried > 0) {
                context_.wait(forge_.pause, stop_);
            }
            if (!may_go_on()) {
                memory_.has_more = true;
                break;
            }
            ++tried;
            const auto answer = api_.post(hook_ + forge_.again(delivery.last));
            if (answer) {
                remember(delivery);
                report.asked.push_back(delivery);
                continue;
            }
            all = fail(answer.error());
            const ErrorCode code = answer.error().code;
            const bool is_its_own = code == ErrorCode::invalid || code == ErrorCode::not_found;
            if (is_its_own) {
                remember(delivery);
            }
            if (!is_its_own || ++refusals == k_most_refusals) {
                break;
            }
        }
        report.waiting += again.size() - report.asked.size();
        if (!report.asked.empty()) {
            context_.log.warning(to_line(report));
        }
        return all;
    }

    void remember(const Redelivery& delivery) {
        Asked& asked = memory_.asked[delivery.last.key];
        asked.at = now_;
        asked.times = std::max(asked.times + 1, delivery.attempts);
    }

    void tell_given_up(DeliveryReport& report, std::vector<Redelivery> given_up) {
        std::vector<Redelivery> fresh;
        std::set<std::string> keys;
        for (const Redelivery& delivery : given_up) {
            keys.insert(delivery.last.key);
            if (!memory_.given_up.contains(delivery.last.key)) {
                fresh.push_back(delivery);
            }
        }
        memory_.given_up = std::move(keys);
        if (!fresh.empty()) {
            context_.log.error(given_up_line(report, fresh));
        }
        report.given_up = std::move(given_up);
    }

    Status note(const std::optional<WallTime>& began, const std::optional<WallTime>& unsettled) {
        std::erase_if(memory_.asked, [this](const auto& each) {
            return now_ - each.second.at > context_.settings.furthest;
        });
        if (!began) {
            if (auto done = context_.queue.set_mark(began_mark_, now_); !done) {
                return done;
            }
        }
        const WallTime settled = unsettled ? std::min(now_, *unsettled - Milliseconds{1}) : now_;
        return context_.queue.set_mark(settled_mark_, settled);
    }

    const config::Endpoint& endpoint_;
    const Forge& forge_;
    const AskedBy by_;
    const CatchUpContext& context_;
    Memory& memory_;
    Rests& rests_;
    const std::stop_token stop_;
    const WallTime now_;
    const BootTime until_;
    const std::string settled_mark_;
    const std::string began_mark_;
    Api api_;
    std::string hook_;               ///< its path in the API
    std::vector<Attempt> attempts_;  ///< newest first
    std::set<std::string> seen_;     ///< their ids
};

DeliveryReport CatchUp::turn(const config::Endpoint& endpoint, AskedBy by,
                             const std::stop_token& stop) {
    DeliveryReport report;
    report.endpoint = endpoint.path;
    report.provider = endpoint.provider;
    const Forge* const forge = find_forge(endpoint.provider);
    if (forge == nullptr) {
        report.problem = "the API of " + endpoint.provider + " sends nothing again";
        return report;
    }
    Turn(endpoint, *forge, by, context_, memory_of(endpoint), rests_, stop).run(report);
    return report;
}

std::optional<Milliseconds> CatchUp::sooner(const config::Endpoint& endpoint) const {
    const auto rest = rests_.find(endpoint.catch_up->api);
    if (rest != rests_.end() && rest->second.is_its_wish) {
        return std::max(k_soon, rest->second.until - context_.clock.boot());
    }
    const auto found = memories_.find(endpoint.path);
    return found != memories_.end() && found->second.has_more ? std::optional(k_soon)
                                                              : std::nullopt;
}

void CatchUp::forget_outages() {
    std::erase_if(rests_, [](const auto& each) { return !each.second.is_its_wish; });
}

CatchUp::Memory& CatchUp::memory_of(const config::Endpoint& endpoint) {
    const config::CatchUp& settings = *endpoint.catch_up;
    const std::string about = endpoint.provider + " " + settings.api + " " +
                              place_of(endpoint).name() + " " +
                              std::to_string(settings.hook.value_or(0));
    Memory& memory = memories_[endpoint.path];
    if (memory.about != about) {
        memory = {};
        memory.about = about;
    }
    return memory;
}

}  // namespace hookd::reconcile
