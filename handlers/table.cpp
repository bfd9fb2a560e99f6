#include "handlers/command_handlers.hpp"
#include "handlers/deploy.hpp"
#include "handlers/handler.hpp"
#include "handlers/tag.hpp"

#include <algorithm>
#include <array>

namespace hookd::handlers {
namespace {

constexpr std::array k_table = {
    Handler{"run", run_run, OnLost::retry},
    Handler{"lint", run_lint, OnLost::retry},
    Handler{"test", run_test, OnLost::retry},
    Handler{"tag", run_tag, OnLost::retry, NeedsCurrentRef::yes},
    Handler{"deploy", run_deploy, OnLost::unknown, NeedsCurrentRef::yes},
};

}  // namespace

std::span<const Handler> table() {
    return k_table;
}

const Handler* find(std::string_view key) {
    const auto found =
        std::ranges::find_if(k_table, [key](const Handler& handler) { return handler.key == key; });
    return found == k_table.end() ? nullptr : &*found;
}

}  // namespace hookd::handlers
