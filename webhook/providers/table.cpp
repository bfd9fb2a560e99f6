#include "webhook/provider.hpp"
#include "webhook/providers/github.hpp"
#include "webhook/providers/gitlab.hpp"

#include <algorithm>
#include <array>

namespace hookd::webhook {
namespace {

constexpr std::array<const Provider*, 2> k_providers = {&k_github, &k_gitlab};

}  // namespace

std::span<const Provider* const> providers() {
    return k_providers;
}

const Provider* find_provider(std::string_view name) {
    const auto found = std::find_if(k_providers.begin(), k_providers.end(),
                                    [name](const Provider* p) { return p->name == name; });
    return found != k_providers.end() ? *found : nullptr;
}

}  // namespace hookd::webhook
