#include "core/http/inherited_sockets.hpp"

#include "core/http/listening_socket.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/raw_connection.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/test_server.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

using namespace hookd;
using namespace hookd::http;
using Catch::Contains;

namespace {

/// Descriptors from 3 on as a service manager leaves them, and the environment that tells of
/// them. What stood at those numbers is put back at the end.
class HandedOver {
  public:
    HandedOver(std::vector<Fd> sockets, const std::string& pid, const std::string& count,
               const char* names)
        : count_(static_cast<int>(sockets.size())) {
        std::vector<Fd> high;
        for (const Fd& socket : sockets) {
            high.emplace_back(::fcntl(socket.get(), F_DUPFD_CLOEXEC, 200));
        }
        sockets.clear();
        for (int i = 0; i < count_; ++i) {
            saved_.emplace_back(::fcntl(3 + i, F_DUPFD_CLOEXEC, 100));
        }
        for (int i = 0; i < count_; ++i) {
            ::dup2(high[static_cast<std::size_t>(i)].get(), 3 + i);
        }
        ::setenv("LISTEN_PID", pid.c_str(), 1);
        ::setenv("LISTEN_FDS", count.c_str(), 1);
        if (names != nullptr) {
            ::setenv("LISTEN_FDNAMES", names, 1);
        }
    }
    HandedOver(const HandedOver&) = delete;
    HandedOver& operator=(const HandedOver&) = delete;
    ~HandedOver() {
        for (int i = 0; i < count_; ++i) {
            const int was = saved_[static_cast<std::size_t>(i)].get();
            if (was >= 0) {
                ::dup2(was, 3 + i);
            }
        }
        ::unsetenv("LISTEN_PID");
        ::unsetenv("LISTEN_FDS");
        ::unsetenv("LISTEN_FDNAMES");
    }

  private:
    int count_;
    std::vector<Fd> saved_;
};

Fd listening_tcp() {
    return Fd(::fcntl(ListeningSocket::open(TcpAddress{"127.0.0.1", 0})->fd(), F_DUPFD_CLOEXEC, 0));
}

const std::string k_get = "GET /b HTTP/1.1\r\nHost: h\r\n\r\n";

bool environment_is_clean() {
    return std::getenv("LISTEN_PID") == nullptr && std::getenv("LISTEN_FDS") == nullptr &&
           std::getenv("LISTEN_FDNAMES") == nullptr;
}

std::vector<Fd> some_sockets(std::size_t count) {
    std::vector<Fd> sockets;
    for (std::size_t i = 0; i < count; ++i) {
        sockets.push_back(listening_tcp());
    }
    return sockets;
}

}  // namespace

TEST_CASE("sockets that were handed over are taken by name, and no child hears of them") {
    HandedOver over(some_sockets(2), std::to_string(::getpid()), "2", "hooks:other");
    auto taken = InheritedSockets::take();
    REQUIRE(taken);
    CHECK(environment_is_clean());
    CHECK((::fcntl(3, F_GETFD) & FD_CLOEXEC) != 0);
    CHECK((::fcntl(4, F_GETFD) & FD_CLOEXEC) != 0);
    CHECK(taken->names() == std::vector<std::string>{"hooks", "other"});

    const auto which = taken->claim("");
    REQUIRE_FALSE(which);
    CHECK_THAT(which.error().message, Contains("\"hooks\", \"other\""));
    const auto none = taken->claim("web");
    REQUIRE_FALSE(none);
    CHECK(none.error().code == ErrorCode::not_found);
    CHECK(taken->claim("other"));
    CHECK(taken->claim(""));
    CHECK_FALSE(taken->claim(""));
}

TEST_CASE("sockets that are meant for another process are left alone") {
    HandedOver over(some_sockets(1), "1", "1", nullptr);
    const auto taken = InheritedSockets::take();
    REQUIRE(taken);
    CHECK(taken->names().empty());
    CHECK(environment_is_clean());
}

TEST_CASE("an environment that says nonsense about sockets is refused") {
    const std::string own = std::to_string(::getpid());
    for (const auto& [count, names] : {std::pair<const char*, const char*>{"x", nullptr},
                                       {"-1", nullptr},
                                       {"100000", nullptr},
                                       {"1", "a:b"}}) {
        INFO(count);
        HandedOver over({}, own, count, names);
        CHECK_FALSE(InheritedSockets::take());
        CHECK(environment_is_clean());
    }
}

TEST_CASE("a socket that was handed over is served as any other") {
    test::TestService service;
    Log log(Log::Format::text, Log::Level::error);
    Server server(log);
    const auto port = server.adopt(listening_tcp(), {}, service);
    REQUIRE(port);
    REQUIRE(*port != 0);
    server.start();
    test::RawConnection client(*port);
    client.send(k_get);
    CHECK(client.read_answer().status == 200);
    CHECK(service.seen().at(0).head.peer == "127.0.0.1");
}

TEST_CASE("the file of a Unix socket that was handed over stays") {
    const test::TemporaryFolder folder;
    const auto path = folder / "hooks.sock";
    const auto owner = ListeningSocket::open(UnixAddress{path});
    REQUIRE(owner);
    {
        test::TestService service;
        Log log(Log::Format::text, Log::Level::error);
        Server server(log);
        REQUIRE(server.adopt(Fd(::fcntl(owner->fd(), F_DUPFD_CLOEXEC, 0)), {}, service));
        server.start();
        test::RawConnection client(path);
        client.send(k_get);
        CHECK(client.read_answer().status == 200);
    }
    CHECK(std::filesystem::exists(path));
}

TEST_CASE("what does not listen is not served") {
    CHECK_FALSE(ListeningSocket::adopt(Fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))));
    CHECK_FALSE(ListeningSocket::adopt(Fd(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0))));
    CHECK_FALSE(ListeningSocket::adopt(Fd(::open("/dev/null", O_RDONLY | O_CLOEXEC))));
}
