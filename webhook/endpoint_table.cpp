#include "webhook/endpoint_table.hpp"

#include "core/base/wildmatch.hpp"
#include "webhook/generic_proof.hpp"
#include "webhook/media_type.hpp"

#include <algorithm>
#include <utility>

namespace hookd::webhook {
namespace {

constexpr WallTime k_never = WallTime::max();

std::size_t index_of(Hash hash) {
    return static_cast<std::size_t>(hash);
}

std::string about(const config::Endpoint& endpoint, const std::string& what) {
    return "endpoint \"" + endpoint.path + "\": " + what;
}

/// Those that last longest first, in the file's order where they last as long.
std::vector<const config::EndpointSecret*> by_end(const config::Endpoint& endpoint) {
    std::vector<const config::EndpointSecret*> secrets;
    for (const config::EndpointSecret& secret : endpoint.secrets) {
        secrets.push_back(&secret);
    }
    std::stable_sort(secrets.begin(), secrets.end(), [](const auto* a, const auto* b) {
        return a->until.value_or(k_never) > b->until.value_or(k_never);
    });
    return secrets;
}

bool takes(const config::Endpoint& endpoint, config::BodyForm form) {
    return endpoint.content.empty() || std::find(endpoint.content.begin(), endpoint.content.end(),
                                                 form) != endpoint.content.end();
}

bool signs_what_the_form_holds(const Endpoint& endpoint) {
    return endpoint.provider->forms == Forms::signed_json;
}

ProofWork work_of(const Endpoint& endpoint, bool over_form) {
    ProofWork work;
    for (const Key& key : endpoint.keys) {
        ++(over_form ? work.over_form : work.over_sent)[index_of(key.hash())];
    }
    return work;
}

}  // namespace

bool Endpoint::may_speak_for(const RepositoryName& repository) const {
    // For wildmatch_list no pattern means everything; here it must not.
    return !repositories.empty() && wildmatch_list(repositories, repository.text());
}

bool Endpoint::lets_in(const std::string& peer) const {
    if (!peers) {
        return true;
    }
    const auto address = IpAddress::parse(peer);
    return address && std::any_of(peers->begin(), peers->end(), [&](const IpNetwork& network) {
               return network.contains(*address);
           });
}

std::size_t Endpoint::live_keys(WallTime now) const {
    return static_cast<std::size_t>(
        std::count_if(ends.begin(), ends.end(), [now](WallTime end) { return now < end; }));
}

ProofWork Endpoint::work(const http::Headers& headers) const {
    return work_of(*this, signs_what_the_form_holds(*this) && body_of(headers) == Body::form);
}

std::vector<std::string> Endpoint::secret_headers() const {
    return sender != nullptr ? webhook::secret_headers({&sender->proof(), 1})
                             : std::vector<std::string>{};
}

EndpointTable::EndpointTable(const config::Configuration& configuration)
    : proxies_(configuration.server.proxies) {
    // Where there is no endpoint at all, there is nothing to hide, but it costs the same.
    most_as_json_.over_sent[index_of(Hash::sha256)] = 1;
    most_as_form_ = most_as_json_;
    endpoints_.reserve(configuration.endpoints.size());
    for (const config::Endpoint& configured : configuration.endpoints) {
        auto endpoint = make(configured);
        if (!endpoint) {
            continue;
        }
        most_as_json_.grow_to(work_of(*endpoint, false));
        most_as_form_.grow_to(work_of(*endpoint, signs_what_the_form_holds(*endpoint)));
        if (!endpoints_.try_emplace(configured.path, *std::move(endpoint)).second) {
            problems_.push_back(about(configured, "the path is there twice; the first one counts"));
        }
    }
}

std::optional<Endpoint> EndpointTable::make(const config::Endpoint& configured) {
    Endpoint endpoint;
    endpoint.path = configured.path;
    endpoint.provider = find_provider(configured.provider);
    if (endpoint.provider == nullptr) {
        problems_.push_back(
            about(configured, "no provider is called \"" + configured.provider + "\""));
        return std::nullopt;
    }
    endpoint.repositories = configured.repositories;
    if (configured.generic) {
        endpoint.sender = std::make_unique<const GenericSender>(*configured.generic);
        const config::SenderProof& proof = endpoint.sender->proof();
        if (std::find(proofs_.begin(), proofs_.end(), proof) == proofs_.end()) {
            proofs_.push_back(proof);
        }
    }
    add_keys(configured, endpoint);
    if (!configured.peers.empty()) {
        endpoint.peers.emplace();
        for (const std::string& text : configured.peers) {
            const auto network = IpNetwork::parse(text);
            if (network) {
                endpoint.peers->push_back(*network);
            } else {
                problems_.push_back(about(configured, network.error().message));
            }
        }
    }
    endpoint.rate = configured.rate;
    endpoint.body_bytes = configured.body_bytes.value_or(endpoint.body_bytes);
    endpoint.takes_json = takes(configured, config::BodyForm::json);
    endpoint.takes_form =
        endpoint.provider->forms != Forms::refused && takes(configured, config::BodyForm::form);
    if (!endpoint.takes_json && !endpoint.takes_form) {
        problems_.push_back(about(configured, "it takes forms only, which \"" +
                                                  configured.provider + "\" does not send"));
    }
    return endpoint;
}

void EndpointTable::add_keys(const config::Endpoint& configured, Endpoint& endpoint) {
    const Hash hash = endpoint.sender != nullptr ? hash_of(endpoint.sender->proof())
                      : configured.legacy_sha1 == config::LegacySha1::yes ? Hash::sha1
                                                                          : Hash::sha256;
    for (const config::EndpointSecret* secret : by_end(configured)) {
        const std::string_view text = secret->value.reveal();
        auto key = Key::make(text, endpoint.provider->key_form(text), hash);
        if (key) {
            endpoint.keys.push_back(*std::move(key));
            endpoint.ends.push_back(secret->until.value_or(k_never));
        } else {
            problems_.push_back(about(configured, key.error().message));
        }
    }
}

const Endpoint* EndpointTable::find(std::string_view target) const {
    const auto found = endpoints_.find(target);
    return found != endpoints_.end() ? &found->second : nullptr;
}

std::vector<std::string> EndpointTable::secret_headers() const {
    return webhook::secret_headers(proofs_);
}

const ProofWork& EndpointTable::most_work(const http::Headers& headers) const {
    return body_of(headers) == Body::form ? most_as_form_ : most_as_json_;
}

}  // namespace hookd::webhook
