#include "webhook/endpoint_table.hpp"

#include "core/base/wildmatch.hpp"

#include <utility>

namespace hookd::webhook {

bool Endpoint::may_speak_for(const RepositoryName& repository) const {
    // For wildmatch_list no pattern means everything; here it must not.
    return !repositories.empty() && wildmatch_list(repositories, repository.text());
}

EndpointTable::EndpointTable(const config::Configuration& configuration) {
    for (const config::Endpoint& configured : configuration.endpoints) {
        const auto problem = [&](const std::string& what) {
            problems_.push_back("endpoint \"" + configured.path + "\": " + what);
        };
        const Provider* const provider = find_provider(configured.provider);
        if (provider == nullptr) {
            problem("no provider is called \"" + configured.provider + "\"");
            continue;
        }
        Endpoint endpoint{configured.path, provider, {}, configured.repositories};
        for (const config::EndpointSecret& secret : configured.secrets) {
            const std::string_view text = secret.value.reveal();
            auto key = Key::make(text, provider->key_form(text));
            if (key) {
                endpoint.keys.push_back(*std::move(key));
            } else {
                problem(key.error().message);
            }
        }
        if (!endpoints_.try_emplace(configured.path, std::move(endpoint)).second) {
            problem("the path is there twice; the first one counts");
        }
    }
}

const Endpoint* EndpointTable::find(std::string_view target) const {
    const auto found = endpoints_.find(target);
    return found != endpoints_.end() ? &found->second : nullptr;
}

}  // namespace hookd::webhook
