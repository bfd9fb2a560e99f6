#include "config/read_repository.hpp"

#include "config/document.hpp"
#include "config/read_common.hpp"
#include "config/read_endpoint.hpp"
#include "config/read_remote.hpp"
#include "config/read_rule.hpp"
#include "config/unique.hpp"

namespace hookd::config {
namespace {

PlacedEndpoint read_own_endpoint(const Node& node, const RepositoryName& repository,
                                 Findings& findings) {
    PlacedEndpoint placed = read_endpoint(node, findings);
    Endpoint& endpoint = placed.endpoint;
    endpoint.path = "/hooks/" + endpoint.provider + "/" + repository.text();
    // A name has no byte that means something in a pattern.
    endpoint.repositories = {repository.text()};
    if (endpoint.generic) {
        endpoint.generic->repository = repository.text();
    }
    return placed;
}

}  // namespace

std::optional<RepositoryFile> read_repository(const SchemaCheck& schema, Findings& findings) {
    const auto root = read_document(findings.file(), findings);
    if (!root) {
        return std::nullopt;
    }
    const bool fits = schema.check(*root, findings);

    RepositoryFile result;
    Repository& repository = result.repository;
    repository.file = std::filesystem::absolute(findings.file()).lexically_normal();
    if (const std::string* text = find_text(*root, "repository")) {
        result.name_at = root->find("repository")->at;
        if (auto name = RepositoryName::parse(*text)) {
            repository.name = std::move(*name);
        } else {
            findings.add(result.name_at, name.error().message);
        }
    }
    repository.path = read_absolute_path(*root, "path", findings);
    const Node* path = root->find("path");
    if (path != nullptr) {
        result.path_at = path->at;
    }
    if (const Node* webhook = root->find("webhook")) {
        result.endpoint = read_own_endpoint(*webhook, repository.name, findings);
    }
    if (const Node* clone = root->find("clone")) {
        repository.clone = read_clone(*clone, findings);
    }
    const ActionDefaults defaults = read_defaults(*root, findings);
    const Node* rules = root->find("rules");
    if (rules == nullptr || rules->list() == nullptr) {
        return result;
    }
    Unique names("name");
    for (const Node& node : *rules->list()) {
        Rule rule = read_rule(node, defaults,
                              path == nullptr ? LocalRepository::missing : LocalRepository::there,
                              fits, findings);
        if (!rule.name.empty()) {
            names.claim(rule.name, node.find("name")->at, findings);
        }
        repository.rules.push_back(std::move(rule));
    }
    return result;
}

}  // namespace hookd::config
