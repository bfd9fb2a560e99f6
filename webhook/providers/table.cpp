#include "webhook/provider.hpp"
#include "webhook/providers/bitbucket.hpp"
#include "webhook/providers/bitbucket_server.hpp"
#include "webhook/providers/forgejo.hpp"
#include "webhook/providers/generic.hpp"
#include "webhook/providers/gitea.hpp"
#include "webhook/providers/github.hpp"
#include "webhook/providers/gitlab.hpp"
#include "webhook/providers/gogs.hpp"
#include "webhook/providers/standard.hpp"

#include <algorithm>
#include <array>

namespace hookd::webhook {
namespace {

constexpr std::array<const Provider*, 9> k_providers = {
    &k_github,    &k_gitlab,           &k_gitea,    &k_forgejo, &k_gogs,
    &k_bitbucket, &k_bitbucket_server, &k_standard, &k_generic};

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
