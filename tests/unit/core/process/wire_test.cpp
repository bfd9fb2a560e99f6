#include "core/process/wire.hpp"

#include "tests/unit/core/process/workbench.hpp"

#include <sys/socket.h>

using namespace hookd;
using namespace hookd::process;

namespace {

Command sample() {
    Command command;
    command.arguments = {"make", "", std::string("\xff\n", 2)};
    command.environment = {"A=1"};
    command.folder = "/work";
    command.log = "/logs/1";
    command.log_cap_bytes = 5;
    command.timeout = Milliseconds(6);
    command.grace = Milliseconds(7);
    return command;
}

}  // namespace

TEST_CASE("a command survives its encoding") {
    const auto decoded = decode_command(encode(sample()));
    REQUIRE(decoded);
    CHECK(decoded->arguments == sample().arguments);
    CHECK(decoded->environment == sample().environment);
    CHECK(decoded->folder == sample().folder);
    CHECK(decoded->log == sample().log);
    CHECK(decoded->log_cap_bytes == 5);
    CHECK(decoded->timeout == Milliseconds(6));
    CHECK(decoded->grace == Milliseconds(7));
}

TEST_CASE("an answer survives its encoding") {
    Ended ended;
    ended.how = Ended::How::signaled;
    ended.exit_code = 1;
    ended.signal = 9;
    ended.message = "why";
    ended.wall = Milliseconds(2);
    ended.cpu = Milliseconds(3);
    ended.peak_memory_bytes = 4;
    ended.log_bytes = 5;
    ended.log_dropped_bytes = 6;
    CHECK(decode_ended(encode(ended)) == ended);
}

TEST_CASE("a frame that is cut, too long or of another version is refused") {
    const std::string whole = encode(sample());
    for (std::size_t size = 0; size < whole.size(); ++size) {
        REQUIRE_FALSE(decode_command(std::string_view(whole).substr(0, size)));
    }
    CHECK_FALSE(decode_command(whole + "x"));
    std::string other = whole;
    ++other[0];
    const auto decoded = decode_command(other);
    REQUIRE_FALSE(decoded);
    CHECK(decoded.error().message ==
          "hookd-supervise is of another version than hookd: restart hookd");
    // A count that no frame can hold.
    std::string absurd = whole;
    absurd.replace(8, 8, 8, '\x7f');
    CHECK_FALSE(decode_command(absurd));
}

TEST_CASE("a socket whose other side is gone is said to be unavailable") {
    int ends[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
    const Fd ours(ends[0]);
    REQUIRE(write_all(ends[1], "\x09"));
    ::close(ends[1]);
    const auto received = receive_frame(ours.get());
    REQUIRE_FALSE(received);
    CHECK(received.error().code == ErrorCode::unavailable);
    const auto sent = send_frame(ours.get(), "x");
    REQUIRE_FALSE(sent);
    CHECK(sent.error().code == ErrorCode::unavailable);
}
