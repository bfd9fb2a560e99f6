#pragma once

#include "core/base/file.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/started_program.hpp"
#include "tests/support/temporary_folder.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

namespace hookd::test {

/// `git http-backend` behind lighttpd on a free loopback port, serving the repositories of one
/// folder to anybody. Ends with the object.
class HttpServer {
  public:
    static constexpr auto k_program = "/usr/sbin/lighttpd";
    static constexpr auto k_backend = "/usr/lib/git-core/git-http-backend";

    [[nodiscard]] static bool is_possible() {
        return ::access(k_program, X_OK) == 0 && ::access(k_backend, X_OK) == 0;
    }

    explicit HttpServer(const std::filesystem::path& repositories) {
        // Another program may take a port between finding and using it.
        for (int tries = 0; tries < 5 && !start(repositories); ++tries) {
        }
        if (!program_) {
            throw std::runtime_error("lighttpd does not start");
        }
    }

    [[nodiscard]] std::string url(const std::string& repository) const {
        return "http://127.0.0.1:" + std::to_string(port_) + "/" + repository;
    }

  private:
    bool start(const std::filesystem::path& repositories) {
        port_ = free_port();
        const auto file = folder_ / "lighttpd.conf";
        if (const auto written = write_file_durably(file, configuration(repositories)); !written) {
            throw std::runtime_error(written.error().message);
        }
        program_ = std::make_unique<StartedProgram>(
            std::vector<std::string>{k_program, "-D", "-f", file.string()},
            std::vector<std::string>{"PATH=/usr/bin:/bin", "LC_ALL=C"});
        if (eventually([this] { return answers(); }, std::chrono::seconds(10))) {
            return true;
        }
        program_.reset();
        return false;
    }

    [[nodiscard]] std::string configuration(const std::filesystem::path& repositories) const {
        return "server.modules = (\"mod_alias\", \"mod_cgi\", \"mod_setenv\")\n"
               "server.document-root = \"" +
               folder_.path().string() +
               "\"\n"
               "server.bind = \"127.0.0.1\"\n"
               "server.port = " +
               std::to_string(port_) +
               "\n"
               "alias.url = (\"/\" => \"" +
               k_backend +
               "/\")\n"
               "cgi.assign = (\"\" => \"\")\n"
               "setenv.set-environment = (\"GIT_PROJECT_ROOT\" => \"" +
               repositories.string() +
               "\", \"GIT_HTTP_EXPORT_ALL\" => \"1\", \"REMOTE_USER\" => \"ann\", "
               "\"PATH\" => \"/usr/bin:/bin\")\n";
    }

    [[nodiscard]] static ::sockaddr_in loopback(std::uint16_t port) {
        ::sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        return address;
    }

    [[nodiscard]] static std::uint16_t free_port() {
        const Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        auto address = loopback(0);
        ::socklen_t size = sizeof address;
        auto* generic = static_cast<::sockaddr*>(static_cast<void*>(&address));
        if (::bind(socket.get(), generic, size) != 0 ||
            ::getsockname(socket.get(), generic, &size) != 0) {
            throw std::runtime_error("no free port");
        }
        return ntohs(address.sin_port);
    }

    [[nodiscard]] bool answers() const {
        const Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        const auto address = loopback(port_);
        const auto* generic = static_cast<const ::sockaddr*>(static_cast<const void*>(&address));
        return ::connect(socket.get(), generic, sizeof address) == 0;
    }

    TemporaryFolder folder_;
    std::uint16_t port_ = 0;
    std::unique_ptr<StartedProgram> program_;
};

}  // namespace hookd::test
