#include "dispatch/repository_paths.hpp"

#include "core/git/repository.hpp"

namespace hookd::dispatch {

std::optional<std::vector<std::string>> paths_from_repository(const config::Configuration& rules,
                                                              const Event& event, Log* log) {
    const config::Repository* const repository = rules.find(event.repository);
    if (repository == nullptr || repository->path.empty()) {
        return std::nullopt;
    }
    const auto before = ObjectId::parse(event.before);
    const auto after = ObjectId::parse(event.after);
    const auto opened = git::Repository::open(repository->path);
    if (!before || !after || !opened) {
        return std::nullopt;
    }
    auto brought = opened->brought(event.ref, *before, *after);
    if (!brought || !brought->paths_complete) {
        if (log != nullptr) {
            log->debug("the repository cannot tell which paths changed",
                       {{"event", event.id.text()},
                        {"reason", brought ? "too many commits" : brought.error().message}});
        }
        return std::nullopt;
    }
    return std::move(brought->paths);
}

}  // namespace hookd::dispatch
