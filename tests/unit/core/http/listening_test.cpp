#include "core/http/listening_socket.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/raw_connection.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/test_server.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <fstream>

using namespace hookd;
using http::ListeningSocket;
using http::TcpAddress;
using http::UnixAddress;
using test::RawConnection;

namespace {

unsigned mode_of(const std::filesystem::path& path) {
    struct ::stat file {};
    REQUIRE(::lstat(path.c_str(), &file) == 0);
    REQUIRE(S_ISSOCK(file.st_mode));
    return file.st_mode & 07777U;
}

}  // namespace

TEST_CASE("a Unix socket serves, has the mode that was asked for and goes with the server") {
    const test::TemporaryFolder folder;
    const auto path = folder / "hookd.sock";
    const ::mode_t before = ::umask(0077);
    {
        test::TestServer server({}, UnixAddress{path, 0660});
        ::umask(before);
        CHECK(server.port == 0);
        CHECK(mode_of(path) == 0660);
        RawConnection client(path);
        client.send("POST /a HTTP/1.1\r\nHost:\r\nContent-Length: 2\r\n\r\nab");
        CHECK(client.read_answer().body == "POST /a\nab");
        CHECK(server.service.seen().at(0).head.peer.empty());
        server.server.stop(Milliseconds(0));
        CHECK_FALSE(std::filesystem::exists(path));
    }
}

TEST_CASE("a Unix socket is never open wider than asked for, whatever the umask") {
    const test::TemporaryFolder folder;
    const ::mode_t before = ::umask(0);
    const auto socket = ListeningSocket::open(UnixAddress{folder / "s", 0600});
    ::umask(before);
    REQUIRE(socket);
    CHECK(mode_of(folder / "s") == 0600);
}

TEST_CASE("a socket that its owner left behind is replaced, one that is served is not") {
    const test::TemporaryFolder folder;
    const auto path = folder / "s";
    {
        Fd dead(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
        ::sockaddr_un name{};
        name.sun_family = AF_UNIX;
        path.string().copy(name.sun_path, sizeof name.sun_path - 1);
        REQUIRE(::bind(dead.get(), reinterpret_cast<const ::sockaddr*>(&name), sizeof name) == 0);
        REQUIRE(::listen(dead.get(), 1) == 0);
    }
    REQUIRE(std::filesystem::exists(path));
    const auto first = ListeningSocket::open(UnixAddress{path});
    REQUIRE(first);
    const auto second = ListeningSocket::open(UnixAddress{path});
    REQUIRE_FALSE(second);
    CHECK(second.error().code == ErrorCode::exists);
    CHECK(std::filesystem::exists(path));
}

TEST_CASE("a socket does not remove the one that took its place") {
    const test::TemporaryFolder folder;
    const auto path = folder / "s";
    auto first =
        std::make_unique<Result<ListeningSocket>>(ListeningSocket::open(UnixAddress{path}));
    REQUIRE(*first);
    // Kept beside, so that its inode is not used again.
    std::filesystem::rename(path, folder / "old");
    const auto second = ListeningSocket::open(UnixAddress{path});
    REQUIRE(second);
    first.reset();
    CHECK(std::filesystem::exists(path));
}

TEST_CASE("what cannot be listened on says why") {
    const test::TemporaryFolder folder;
    std::ofstream(folder / "file") << "precious";
    const auto file = ListeningSocket::open(UnixAddress{folder / "file"});
    REQUIRE_FALSE(file);
    CHECK(file.error().code == ErrorCode::invalid);
    CHECK(std::filesystem::file_size(folder / "file") == 8);

    const auto longer = ListeningSocket::open(UnixAddress{folder / std::string(120, 'a')});
    REQUIRE_FALSE(longer);
    CHECK(longer.error().message.find("1 to 107 bytes") != std::string::npos);

    const auto nowhere = ListeningSocket::open(UnixAddress{folder / "no" / "where"});
    REQUIRE_FALSE(nowhere);
    CHECK(nowhere.error().code == ErrorCode::not_found);

    const auto host = ListeningSocket::open(TcpAddress{"256.1.1.1.", 0});
    REQUIRE_FALSE(host);
    CHECK(host.error().code == ErrorCode::invalid);

    const auto taken = ListeningSocket::open(TcpAddress{"127.0.0.1", 0});
    REQUIRE(taken);
    REQUIRE(taken->port() != 0);
    const auto again = ListeningSocket::open(TcpAddress{"127.0.0.1", taken->port()});
    REQUIRE_FALSE(again);
    CHECK(again.error().code == ErrorCode::exists);
}

TEST_CASE("nothing waits on a fresh socket") {
    const auto socket = ListeningSocket::open(TcpAddress{"127.0.0.1", 0});
    REQUIRE(socket);
    const auto none = socket->accept();
    REQUIRE(none);
    CHECK_FALSE(none->has_value());
    RawConnection client(socket->port());
    const auto one = socket->accept();
    REQUIRE(one);
    REQUIRE(one->has_value());
    CHECK((*one)->peer == "127.0.0.1");
    CHECK((*one)->group == "127.0.0.1");
}
