#include "reconcile/redelivery.hpp"

#include <algorithm>
#include <string_view>

namespace hookd::reconcile {
namespace {

constexpr Milliseconds k_first_wait{10 * 60'000};
constexpr Milliseconds k_longest_wait{5 * 60 * 60'000};
/// What was asked for so shortly ago may not be in the forge's list yet.
constexpr Milliseconds k_on_its_way{60'000};

bool is_good(int status) {
    return status >= 200 && status < 300;
}

/// Nobody has answered, or somebody who may do better next time.
bool is_passing(int status) {
    return status == 0 || status == 408 || status == 429 || status >= 500;
}

/// The tries of one delivery; places in the list, where a lower one is newer.
struct Tries {
    const Attempt* last = nullptr;
    std::size_t last_place = 0;
    std::size_t count = 0;
    std::optional<WallTime> first_at;
    const Attempt* good = nullptr;  ///< the newest that was answered well
};

/// In the order of the list.
struct Listed {
    std::vector<Tries> deliveries;
    std::optional<std::size_t> newest_good;
};

Listed gather(std::span<const Attempt> attempts) {
    Listed listed;
    std::map<std::string_view, std::size_t> places;
    for (std::size_t i = 0; i < attempts.size(); ++i) {
        const Attempt& each = attempts[i];
        if (is_good(each.status) && !listed.newest_good) {
            listed.newest_good = i;
        }
        if (each.key.empty()) {
            continue;  // whether it is here cannot be told
        }
        const auto [place, is_new] = places.try_emplace(each.key, listed.deliveries.size());
        if (is_new) {
            listed.deliveries.push_back({&each, i, 0, std::nullopt, nullptr});
        }
        Tries& tries = listed.deliveries[place->second];
        ++tries.count;
        tries.first_at = each.at ? each.at : tries.first_at;
        if (is_good(each.status) && tries.good == nullptr) {
            tries.good = &each;
        }
    }
    return listed;
}

enum class Fate { settled, again, later, given_up };

class Chooser {
  public:
    explicit Chooser(const Evidence& evidence)
        : evidence_(evidence), listed_(gather(evidence.attempts)) {}

    Choice run() {
        Choice choice;
        // The list ends with the oldest.
        for (auto tries = listed_.deliveries.rbegin(); tries != listed_.deliveries.rend();
             ++tries) {
            const Redelivery delivery{*tries->last, attempts_of(*tries)};
            switch (fate_of(*tries)) {
                case Fate::settled:
                    continue;
                case Fate::given_up:
                    choice.given_up.push_back(delivery);
                    continue;
                case Fate::later:
                    ++choice.waiting;
                    break;
                case Fate::again:
                    if (choice.again.size() < evidence_.most) {
                        choice.again.push_back(delivery);
                    } else {
                        ++choice.waiting;
                        ++choice.left_over;
                    }
                    break;
            }
            if (tries->first_at && (!choice.unsettled || *tries->first_at < *choice.unsettled)) {
                choice.unsettled = tries->first_at;
            }
        }
        return choice;
    }

  private:
    [[nodiscard]] const Asked* asked_for(const Tries& tries) const {
        const auto found = evidence_.asked.find(tries.last->key);
        return found != evidence_.asked.end() ? &found->second : nullptr;
    }

    /// Those that the forge lists; where it lists none of those we asked for, as many as these.
    [[nodiscard]] std::size_t attempts_of(const Tries& tries) const {
        const Asked* asked = asked_for(tries);
        return std::max(tries.count, asked != nullptr ? 1 + asked->times : 0);
    }

    [[nodiscard]] Fate fate_of(const Tries& tries) const {
        if (evidence_.here.contains(tries.last->key) || was_somebody_elses(tries)) {
            return Fate::settled;
        }
        const Asked* asked = asked_for(tries);
        if (asked != nullptr && evidence_.now >= asked->at &&
            evidence_.now - asked->at < k_on_its_way) {
            return Fate::later;
        }
        if (evidence_.by == AskedBy::person) {
            return Fate::again;
        }
        if (attempts_of(tries) >= k_most_attempts) {
            return Fate::given_up;
        }
        if (tries.good != nullptr || is_mended(tries)) {
            return Fate::again;
        }
        return is_passing(tries.last->status) && has_waited(tries) ? Fate::again : Fate::later;
    }

    [[nodiscard]] bool was_somebody_elses(const Tries& tries) const {
        return tries.good != nullptr &&
               (!evidence_.began || !tries.good->at || *tries.good->at < *evidence_.began);
    }

    /// Something that came later was answered well.
    [[nodiscard]] bool is_mended(const Tries& tries) const {
        if (!listed_.newest_good || *listed_.newest_good > tries.last_place) {
            return false;
        }
        const Asked* asked = asked_for(tries);
        const auto& good_at = evidence_.attempts[*listed_.newest_good].at;
        return asked == nullptr || !good_at || *good_at > asked->at;
    }

    [[nodiscard]] bool has_waited(const Tries& tries) const {
        const std::size_t again = attempts_of(tries) - 1;
        if (again == 0) {
            return true;
        }
        Milliseconds wait = k_first_wait;
        for (std::size_t i = 1; i < again && wait < k_longest_wait; ++i) {
            wait *= 2;
        }
        std::optional<WallTime> tried = tries.last->at;
        if (const Asked* asked = asked_for(tries); asked != nullptr) {
            tried = tried ? std::max(*tried, asked->at) : asked->at;
        }
        return !tried || evidence_.now - *tried >= std::min(wait, k_longest_wait);
    }

    const Evidence& evidence_;
    const Listed listed_;
};

}  // namespace

Choice choose(const Evidence& evidence) {
    return Chooser(evidence).run();
}

}  // namespace hookd::reconcile
