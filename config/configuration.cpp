#include "config/configuration.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

namespace hookd::config {
namespace {

/// The path without links as far as it exists; as it is where that cannot be found out.
std::filesystem::path resolved(const std::filesystem::path& path) {
    std::error_code problem;
    auto result = std::filesystem::weakly_canonical(path, problem);
    return problem ? path.lexically_normal() : result;
}

}  // namespace

void Repositories::push_back(Repository repository) {
    by_name_.emplace(repository.name.text(), all_.size());
    all_.push_back(std::move(repository));
}

const Repository* Repositories::find(const RepositoryName& name) const {
    const auto found = by_name_.find(name.text());
    return found == by_name_.end() ? nullptr : &all_[found->second];
}

const Repository* Configuration::find_by_path(const std::filesystem::path& path) const {
    if (path.empty()) {
        return nullptr;
    }
    // Resolving asks the file system about every part of every path; mostly no link is in them.
    auto found =
        std::find_if(repositories.begin(), repositories.end(),
                     [&path](const Repository& repository) { return repository.path == path; });
    if (found == repositories.end()) {
        const auto wanted = resolved(path);
        found = std::find_if(
            repositories.begin(), repositories.end(), [&wanted](const Repository& repository) {
                return !repository.path.empty() && resolved(repository.path) == wanted;
            });
    }
    return found == repositories.end() ? nullptr : &*found;
}

std::string to_text(const Problem& problem) {
    std::string text = problem.file.string() + ":";
    if (problem.line > 0) {
        text += std::to_string(problem.line) + ":" + std::to_string(problem.column) + ":";
    }
    return text + " " + problem.message;
}

}  // namespace hookd::config
