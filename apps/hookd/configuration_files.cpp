#include "apps/hookd/configuration_files.hpp"

#include <sys/stat.h>

#include <filesystem>
#include <set>

namespace hookd::app {

std::string fingerprint(const config::Configuration& configuration) {
    const std::filesystem::path& server_file = configuration.server.file;
    std::set<std::filesystem::path> watched = {server_file, server_file.parent_path() / "repos.d"};
    for (const config::Repository& repository : configuration.repositories) {
        watched.insert(repository.file);
        watched.insert(repository.file.parent_path());
    }
    if (const auto& listener = configuration.server.webhooks; listener && listener->tls) {
        watched.insert({listener->tls->certificate, listener->tls->key});
    }
    std::string print;
    for (const std::filesystem::path& path : watched) {
        struct ::stat status {};
        if (::stat(path.c_str(), &status) == 0) {
            print += path.string() + " " + std::to_string(status.st_ino) + " " +
                     std::to_string(status.st_size) + " " + std::to_string(status.st_mtim.tv_sec) +
                     "." + std::to_string(status.st_mtim.tv_nsec) + "\n";
        }
    }
    return print;
}

}  // namespace hookd::app
