#include "config/load.hpp"

#include "config/address.hpp"
#include "config/findings.hpp"
#include "config/message.hpp"
#include "config/read_repository.hpp"
#include "config/read_server.hpp"
#include "config/repository_files.hpp"
#include "config/schemas.hpp"
#include "config/unique.hpp"

#include <algorithm>
#include <deque>
#include <tuple>
#include <utility>

namespace hookd::config {
namespace {

struct LoadedRepository {
    explicit LoadedRepository(const std::filesystem::path& file) : findings(file) {}
    Findings findings;
    std::optional<RepositoryFile> content;
};

/// Whether this secret is sent as it is with every delivery. A GitLab token is, where it is no
/// signing token.
bool sends_secret(const Endpoint& endpoint, const EndpointSecret& secret) {
    if (endpoint.generic) {
        return std::holds_alternative<TokenHeader>(endpoint.generic->proof);
    }
    return endpoint.provider == "gitlab" && !secret.value.reveal().starts_with("whsec_");
}

/// Why others could read what the listener is sent; empty where they cannot. Where a socket of
/// systemd's listens is not known before it is there.
std::string who_could_read(const Server& server) {
    if (!server.webhooks || server.webhooks->tls) {
        return {};
    }
    if (const auto* const address = std::get_if<ListenAddress>(&server.webhooks->on)) {
        return is_loopback(*address)
                   ? std::string()
                   : "the listener is not on loopback but on " + quote(address->host);
    }
    return std::holds_alternative<ListenInherited>(server.webhooks->on)
               ? "the listener's socket comes from systemd and may be open to other machines"
               : std::string();
}

/// **Source:** threats.md T005.
void check_token(const PlacedEndpoint& placed, const Server& server, Findings& findings) {
    const std::string readable = who_could_read(server);
    if (readable.empty()) {
        return;
    }
    const auto& secrets = placed.endpoint.secrets;
    if (std::any_of(secrets.begin(), secrets.end(), [&](const EndpointSecret& secret) {
            return sends_secret(placed.endpoint, secret);
        })) {
        findings.add(placed.at,
                     "this endpoint's token would cross the network readable, for " + readable +
                         ": give the listener \"tls\", listen on 127.0.0.1 behind a proxy with "
                         "TLS, or use a " +
                         (placed.endpoint.generic ? "signature" : "signing token (whsec_...)"));
    }
}

/// What an endpoint asks for that the server does not let it have.
void check_server(const PlacedEndpoint& placed, const Server& server, Findings& findings) {
    const Endpoint& endpoint = placed.endpoint;
    check_token(placed, server, findings);
    if (endpoint.body_bytes && *endpoint.body_bytes > server.limits.body_bytes) {
        findings.add(placed.body_at, "\"body\" is more than the server's \"limits.body\" of " +
                                         std::to_string(server.limits.body_bytes) +
                                         " bytes lets in: it can only be less");
    }
    const bool on_unix = server.webhooks && std::holds_alternative<ListenUnix>(server.webhooks->on);
    if (!endpoint.peers.empty() && on_unix &&
        std::find(server.proxies.begin(), server.proxies.end(), "unix") == server.proxies.end()) {
        findings.add(placed.at,
                     "\"peers\" would let nobody in, for a peer on a Unix socket has no address: "
                     "list \"unix\" in \"listen.proxies\" if it is a proxy that says whom it "
                     "speaks for");
    }
}

/// What only all files together can show.
void check_together(const ServerFile& server, Findings& server_findings,
                    std::deque<LoadedRepository>& repositories) {
    Unique paths("endpoint");
    for (const PlacedEndpoint& placed : server.endpoints) {
        if (!placed.endpoint.path.empty()) {
            paths.claim(placed.endpoint.path, placed.at, server_findings);
        }
        check_server(placed, server.server, server_findings);
    }
    Unique names("repository");
    Unique folders("path");
    for (auto& [findings, content] : repositories) {
        if (!content) {
            continue;
        }
        const std::string& name = content->repository.name.text();
        const bool is_new = !name.empty() && names.claim(name, content->name_at, findings);
        if (!content->repository.path.empty()) {
            folders.claim(content->repository.path.string(), content->path_at, findings);
        }
        if (!content->endpoint) {
            continue;
        }
        check_server(*content->endpoint, server.server, findings);
        // After the shared ones: of two that meet, the shared one was chosen by its path. Two
        // repositories of one name have one path, too, and that is said already.
        if (is_new) {
            paths.claim(content->endpoint->endpoint.path, content->endpoint->at, findings);
        }
    }
}

Problems gather(Findings& server, std::deque<LoadedRepository>& repositories) {
    Problems problems = server.take();
    for (LoadedRepository& repository : repositories) {
        auto own = repository.findings.take();
        problems.insert(problems.end(), std::make_move_iterator(own.begin()),
                        std::make_move_iterator(own.end()));
    }
    std::sort(problems.begin(), problems.end(), [](const Problem& left, const Problem& right) {
        return std::tie(left.file, left.line, left.column, left.message) <
               std::tie(right.file, right.line, right.column, right.message);
    });
    problems.erase(std::unique(problems.begin(), problems.end()), problems.end());
    return problems;
}

}  // namespace

std::variant<Configuration, Problems> load(const std::filesystem::path& server_file) {
    Findings findings(server_file);
    auto server = read_server(findings);
    std::deque<LoadedRepository> repositories;
    if (server) {
        const SchemaCheck schema(repository_schema());
        for (const auto& file : find_repository_files(server->repositories, findings)) {
            auto& loaded = repositories.emplace_back(file);
            loaded.content = read_repository(schema, loaded.findings);
        }
        check_together(*server, findings, repositories);
    }
    if (auto problems = gather(findings, repositories); !problems.empty()) {
        return problems;
    }
    Configuration configuration;
    configuration.server = std::move(server->server);
    configuration.remarks = findings.take_remarks();
    for (PlacedEndpoint& placed : server->endpoints) {
        configuration.endpoints.push_back(std::move(placed.endpoint));
    }
    for (LoadedRepository& repository : repositories) {
        configuration.repositories.push_back(std::move(repository.content->repository));
        if (repository.content->endpoint) {
            configuration.endpoints.push_back(std::move(repository.content->endpoint->endpoint));
        }
    }
    return configuration;
}

}  // namespace hookd::config
