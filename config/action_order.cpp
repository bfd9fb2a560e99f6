#include "config/action_order.hpp"

#include "config/message.hpp"

#include <algorithm>
#include <functional>
#include <queue>
#include <string>
#include <string_view>
#include <unordered_map>

namespace hookd::config {
namespace {

/// Positions in the list of each action's needs; unknown ones are left out.
using Graph = std::vector<std::vector<std::size_t>>;

Graph resolve(const std::vector<PlacedAction>& actions, Findings& findings) {
    std::unordered_map<std::string_view, std::size_t> by_name;
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i < actions.size(); ++i) {
        by_name.emplace(actions[i].action.name, i);
        names.push_back(actions[i].action.name);
    }
    Graph needs(actions.size());
    for (std::size_t i = 0; i < actions.size(); ++i) {
        const auto& [action, at, needs_at] = actions[i];
        for (std::size_t k = 0; k < action.needs.size(); ++k) {
            const auto found = by_name.find(action.needs[k].action);
            if (found == by_name.end()) {
                findings.add(needs_at[k], unknown_name("action", action.needs[k].action, names) +
                                              " (\"needs\" names actions of the same rule)");
            } else {
                needs[i].push_back(found->second);
            }
        }
    }
    return needs;
}

/// The order in which to take them; shorter than `needs` where there is a circle.
std::vector<std::size_t> sort(const Graph& needs) {
    std::vector<std::size_t> open(needs.size());
    Graph needed_by(needs.size());
    std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> free;
    for (std::size_t i = 0; i < needs.size(); ++i) {
        open[i] = needs[i].size();
        for (const std::size_t need : needs[i]) {
            needed_by[need].push_back(i);
        }
        if (needs[i].empty()) {
            free.push(i);
        }
    }
    std::vector<std::size_t> order;
    while (!free.empty()) {
        order.push_back(free.top());
        free.pop();
        for (const std::size_t next : needed_by[order.back()]) {
            if (--open[next] == 0) {
                free.push(next);
            }
        }
    }
    return order;
}

/// Reports one circle among the actions that `order` lacks: from any of those, following needs
/// that it lacks too comes back in the end.
void report_circle(const std::vector<PlacedAction>& actions, const Graph& needs,
                   const std::vector<std::size_t>& order, Findings& findings) {
    std::vector<bool> placed(actions.size(), false);
    for (const std::size_t i : order) {
        placed[i] = true;
    }
    const auto left = std::find(placed.begin(), placed.end(), false);
    std::vector<std::size_t> way = {static_cast<std::size_t>(left - placed.begin())};
    std::vector<bool> seen(actions.size(), false);
    while (!seen[way.back()]) {
        seen[way.back()] = true;
        const auto& next = needs[way.back()];
        way.push_back(*std::find_if(next.begin(), next.end(),
                                    [&placed](std::size_t need) { return !placed[need]; }));
    }
    way.erase(way.begin(), std::find(way.begin(), way.end(), way.back()));
    // Told from its first action in the file, whichever way led into it.
    way.pop_back();
    std::rotate(way.begin(), std::min_element(way.begin(), way.end()), way.end());
    constexpr std::size_t k_most_names = 10;
    std::string text = quote(actions[way.front()].action.name);
    for (std::size_t i = 1; i < way.size() && i < k_most_names; ++i) {
        text += " needs " + quote(actions[way[i]].action.name);
    }
    text += way.size() > k_most_names ? " needs ..." : "";
    findings.add(actions[way.front()].at, text + " needs " +
                                              quote(actions[way.front()].action.name) +
                                              ": needs must not go round in a circle");
}

}  // namespace

std::vector<Action> order_actions(std::vector<PlacedAction> actions, Findings& findings) {
    const Graph needs = resolve(actions, findings);
    const auto order = sort(needs);
    if (order.size() < actions.size()) {
        report_circle(actions, needs, order, findings);
    }
    std::vector<Action> sorted;
    for (const std::size_t i : order) {
        sorted.push_back(std::move(actions[i].action));
    }
    return sorted;
}

}  // namespace hookd::config
