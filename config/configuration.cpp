#include "config/configuration.hpp"

#include <algorithm>
#include <system_error>

namespace hookd::config {
namespace {

/// The path without links as far as it exists; as it is where that cannot be found out.
std::filesystem::path resolved(const std::filesystem::path& path) {
    std::error_code problem;
    auto result = std::filesystem::weakly_canonical(path, problem);
    return problem ? path.lexically_normal() : result;
}

}  // namespace

const Repository* Configuration::find(const RepositoryName& name) const {
    const auto found =
        std::find_if(repositories.begin(), repositories.end(),
                     [&name](const Repository& repository) { return repository.name == name; });
    return found == repositories.end() ? nullptr : &*found;
}

const Repository* Configuration::find_by_path(const std::filesystem::path& path) const {
    const auto wanted = resolved(path);
    const auto found = std::find_if(
        repositories.begin(), repositories.end(), [&wanted](const Repository& repository) {
            return !repository.path.empty() && resolved(repository.path) == wanted;
        });
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
