#include "config/read_catch_up.hpp"

#include "config/message.hpp"
#include "config/read_common.hpp"
#include "config/read_remote.hpp"
#include "core/model/names.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace hookd::config {
namespace {

// Gitea, Forgejo and Gogs keep what they delivered for their settings page, and Bitbucket Cloud
// for its own; Bitbucket Data Center's API has the last one and counts. None sends one again when
// its API is asked to. **Source:** go-gitea/gitea issue 38463 (open); Bitbucket Cloud REST API,
// "Webhooks"; Bitbucket Data Center REST API, "webhooks/{webhookId}/latest".
constexpr std::array k_forges = {
    AskableForge{"github", "https://api.github.com", "organization"},
    AskableForge{"gitlab", "https://gitlab.com/api/v4", "group"},
};

const AskableForge* find_forge(std::string_view provider) {
    const auto found =
        std::find_if(k_forges.begin(), k_forges.end(),
                     [provider](const AskableForge& each) { return each.provider == provider; });
    return found != k_forges.end() ? &*found : nullptr;
}

/// A name that the forge gives: it becomes a part of a path.
std::string read_place(const Node& map, std::string_view key, Findings& findings) {
    const std::string* text = find_text(map, key);
    if (text == nullptr) {
        return {};
    }
    if (const auto name = RepositoryName::parse(*text); !name) {
        findings.add(map.find(key)->at, name.error().message);
    }
    return *text;
}

/// Patterns of the endpoint that are one repository's name.
bool speaks_for_one(const Node& endpoint) {
    const auto patterns = find_texts(endpoint, "repositories");
    return patterns.size() == 1 && RepositoryName::parse(*patterns.front()->text()).has_value();
}

void check_place(const Node& endpoint, const Node& map, const AskableForge& forge,
                 Findings& findings) {
    const Node* repository = map.find("repository");
    const Node* owner = map.find(forge.owner_key);
    for (const AskableForge& other : k_forges) {
        const Node* foreign = map.find(other.owner_key);
        if (foreign != nullptr && other.owner_key != forge.owner_key) {
            findings.add(foreign->at, std::string(forge.provider) + " has no " +
                                          std::string(other.owner_key) + ": write " +
                                          quote("repository") + " or " + quote(forge.owner_key));
        }
    }
    if (repository != nullptr && owner != nullptr) {
        findings.add(owner->at, "a hook belongs to a repository or to " +
                                    std::string(forge.owner_key == "group" ? "a " : "an ") +
                                    std::string(forge.owner_key) + ", not to both");
    }
    const bool is_shared = endpoint.find("path") != nullptr;
    if (repository == nullptr && owner == nullptr && is_shared && !speaks_for_one(endpoint)) {
        findings.add(map.at, "say what the hook belongs to: " + quote("repository") + " or " +
                                 quote(forge.owner_key));
    }
}

}  // namespace

std::span<const AskableForge> askable_forges() {
    return k_forges;
}

std::optional<CatchUp> read_catch_up(const Node& endpoint, Findings& findings) {
    const Node* map = endpoint.find("catch_up");
    const std::string* provider = find_text(endpoint, "provider");
    if (map == nullptr || map->map() == nullptr || provider == nullptr) {
        return std::nullopt;
    }
    const AskableForge* forge = find_forge(*provider);
    if (forge == nullptr) {
        findings.add(map->at, quote("catch_up") + " is for github and gitlab: the API of " +
                                  quote(*provider) +
                                  " sends nothing again. Comparing refs finds what did not come");
        return std::nullopt;
    }
    check_place(endpoint, *map, *forge, findings);
    auto token = read_one_secret(*map, "token", findings);
    const Node* api = map->find("api");
    std::string url = api != nullptr ? read_url(*api, true, findings) : std::string(forge->api);
    std::string repository = read_place(*map, "repository", findings);
    std::string owner = read_place(*map, forge->owner_key, findings);
    if (!token) {
        return std::nullopt;  // the schema or the secret's reader says so
    }
    CatchUp catch_up{*std::move(token), std::move(url), std::move(repository),
                     std::move(owner),  std::nullopt,   allows_private(*map)};
    const Node* hook = map->find("hook");
    if (hook != nullptr && hook->integer() != nullptr && *hook->integer() > 0) {
        catch_up.hook = static_cast<std::uint64_t>(*hook->integer());
    }
    return catch_up;
}

}  // namespace hookd::config
