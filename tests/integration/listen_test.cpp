// Ways for the daemon to listen besides an address of its own.
#include "core/http/listening_socket.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/raw_connection.hpp"
#include "tests/support/tls_connection.hpp"
#include "tests/support/webhook_daemon.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>
#include <vector>

namespace hookd {
namespace {

using Catch::Contains;
using test::RawConnection;
using test::WebhookDaemon;

/// Starts its arguments as systemd's socket activation does, with this descriptor of ours.
std::vector<std::string> activated(int fd, const std::string& name) {
    return {"/bin/bash", "-c",
            "LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_FDNAMES=" + name + " exec \"$@\" 3<&" +
                std::to_string(fd),
            "bash"};
}

/// A copy of the descriptor that a program started from here has too.
Fd inheritable(const http::ListeningSocket& socket) {
    return Fd(::fcntl(socket.fd(), F_DUPFD, 50));
}

TEST_CASE("deliveries come in by a Unix socket, which goes with the daemon") {
    WebhookDaemon daemon("address: \"unix:hooks.sock\", mode: \"0620\"");
    const auto path = daemon.folder() / "etc/hooks.sock";
    daemon.start();
    struct ::stat status {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0620);
    RawConnection client(path);
    client.send(WebhookDaemon::delivery("d-1", "localhost"));
    CHECK(client.read_answer().status == 202);
    CHECK(daemon.settles());
    CHECK(daemon.stop() == 0);
    CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("a socket of systemd's is served, and no child hears of it") {
    auto socket = http::ListeningSocket::open(http::TcpAddress{"127.0.0.1", 0});
    REQUIRE(socket);
    WebhookDaemon daemon("address: \"systemd:hooks\"");
    const Fd given = inheritable(*socket);
    daemon.start(activated(given.get(), "hooks"));
    CHECK(daemon.port() == socket->port());
    RawConnection client(socket->port());
    client.send(WebhookDaemon::delivery("d-1", "localhost"));
    CHECK(client.read_answer().status == 202);
    REQUIRE(daemon.settles());
    const auto [status, log] = daemon.hookctl({"logs", "1/hello"});
    CHECK_THAT(log, Contains("done") && !Contains("LISTEN_"));
    // Stopped, the socket is still there: who connects now waits for the next daemon.
    CHECK(daemon.stop() == 0);
    RawConnection early(socket->port());
    early.send(WebhookDaemon::delivery("d-1", "localhost"));
    daemon.start(activated(given.get(), "hooks"));
    CHECK(early.read_answer().status == 200);
    CHECK(daemon.stop() == 0);
}

TEST_CASE("T020 a socket of systemd's may carry TLS, on a Unix socket too") {
    const test::Authority authority;
    const auto pair = authority.issue("hooks");
    WebhookDaemon daemon("address: systemd, tls: {certificate: tls/hooks.pem, key: tls/hooks.key}");
    test::write_text(daemon.folder() / "etc/tls/hooks.pem", read_file(pair.certificate).value());
    test::write_text(daemon.folder() / "etc/tls/hooks.key", read_file(pair.key).value());
    SECTION("TCP") {
        auto socket = http::ListeningSocket::open(http::TcpAddress{"127.0.0.1", 0});
        REQUIRE(socket);
        const Fd given = inheritable(*socket);
        daemon.start(activated(given.get(), "anything"));
        test::TlsConnection client(socket->port(), {authority.certificate(), ""});
        client.send(WebhookDaemon::delivery("d-1", "localhost"));
        CHECK(client.read_answer() == 202);
    }
    SECTION("a file, which is left to its owner") {
        const auto path = daemon.folder() / "hooks.sock";
        auto socket = http::ListeningSocket::open(http::UnixAddress{path});
        REQUIRE(socket);
        const Fd given = inheritable(*socket);
        daemon.start(activated(given.get(), "anything"));
        RawConnection plain(path);
        plain.send(WebhookDaemon::delivery("d-1", "localhost"));
        CHECK(test::statuses(plain.read_to_end()) == "400");
        CHECK(daemon.stop() == 0);
        CHECK(std::filesystem::exists(path));
        return;
    }
    CHECK(daemon.stop() == 0);
}

TEST_CASE("a daemon that is not handed the socket it asks for says so and does not start") {
    WebhookDaemon daemon("address: \"systemd:hooks\"");
    CHECK_THROWS_WITH(daemon.start(), Contains("no socket was handed over"));
    auto socket = http::ListeningSocket::open(http::TcpAddress{"127.0.0.1", 0});
    REQUIRE(socket);
    const Fd given = inheritable(*socket);
    CHECK_THROWS_WITH(daemon.start(activated(given.get(), "other")),
                      Contains("no socket \\\"hooks\\\" was handed over, but \\\"other\\\"") ||
                          Contains("no socket \"hooks\" was handed over, but \"other\""));
}

}  // namespace
}  // namespace hookd
