#include "core/base/fd.hpp"

#include "tests/support/catch.hpp"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <string>
#include <thread>

using namespace hookd;

namespace {

bool is_open(int fd) {
    return ::fcntl(fd, F_GETFD) >= 0;
}

Pipe a_pipe() {
    auto pipe = make_pipe();
    REQUIRE(pipe);
    return std::move(*pipe);
}

}  // namespace

TEST_CASE("T056 descriptors we make are closed on exec") {
    const Pipe pipe = a_pipe();
    const auto event = make_event_fd();
    REQUIRE(event);
    for (const int fd : {pipe.read.get(), pipe.write.get(), event->get()}) {
        CHECK((::fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
    }
}

TEST_CASE("a descriptor has one owner, who closes it") {
    int raw = -1;
    {
        Pipe pipe = a_pipe();
        raw = pipe.read.get();
        Fd moved(std::move(pipe.read));
        CHECK_FALSE(pipe.read.is_open());
        CHECK(is_open(raw));
        Fd& same = moved;
        moved = std::move(same);
        CHECK(is_open(raw));
    }
    CHECK_FALSE(is_open(raw));
}

TEST_CASE("assigning closes what was held, releasing does not") {
    Pipe pipe = a_pipe();
    const int read = pipe.read.get();
    pipe.read = std::move(pipe.write);
    CHECK_FALSE(is_open(read));
    const int write = pipe.read.release();
    CHECK(is_open(write));
    pipe.read.reset();
    CHECK(is_open(write));
    ::close(write);
}

TEST_CASE("a long write through a small pipe arrives whole") {
    Pipe pipe = a_pipe();
    const std::string sent(3'000'000, 'x');
    std::string got;
    std::thread reader([&] {
        char block[4096];
        for (;;) {
            const auto size = ::read(pipe.read.get(), block, sizeof block);
            if (size <= 0) {
                return;
            }
            got.append(block, static_cast<std::size_t>(size));
        }
    });
    CHECK(write_all(pipe.write.get(), sent));
    pipe.write.reset();
    reader.join();
    CHECK(got == sent);
}

TEST_CASE("a write to a full device or a closed descriptor is an error, not silence") {
    CHECK(write_all(-1, ""));
    CHECK_FALSE(write_all(-1, "x"));
    const Fd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
    REQUIRE(full.is_open());
    const auto written = write_all(full.get(), "x");
    REQUIRE_FALSE(written);
    CHECK(written.error().code == ErrorCode::unavailable);
}

TEST_CASE("an eventfd counts signals and is drained at once") {
    const auto event = make_event_fd();
    REQUIRE(event);
    CHECK(wait_readable(event->get(), Milliseconds{0}) == false);
    drain_event_fd(event->get());  // empty: must not block
    for (int i = 0; i < 1000; ++i) {
        signal_event_fd(event->get());
    }
    CHECK(wait_readable(event->get(), Milliseconds{0}) == true);
    drain_event_fd(event->get());
    CHECK(wait_readable(event->get(), Milliseconds{0}) == false);
}

TEST_CASE("a full eventfd does not block its signaller") {
    const auto event = make_event_fd();
    REQUIRE(event);
    const std::uint64_t nearly_full = 0xFFFFFFFFFFFFFFFEU;
    REQUIRE(::write(event->get(), &nearly_full, sizeof nearly_full) == sizeof nearly_full);
    signal_event_fd(event->get());
    CHECK(wait_readable(event->get(), Milliseconds{0}) == true);
}

TEST_CASE("waiting ends with data, with the end of the file, and with the time") {
    Pipe pipe = a_pipe();
    const RealClock clock;
    const BootTime start = clock.boot();
    CHECK(wait_readable(pipe.read.get(), Milliseconds{20}) == false);
    CHECK(clock.boot() - start >= Milliseconds{19});
    REQUIRE(write_all(pipe.write.get(), "x"));
    CHECK(wait_readable(pipe.read.get(), Milliseconds{-1}) == true);
    // Longer than poll(2) can be told, and longer than the clock can count.
    CHECK(wait_readable(pipe.read.get(), Milliseconds{5'000'000'000'000}) == true);
    CHECK(wait_readable(pipe.read.get(), Milliseconds::max()) == true);
    char byte = 0;
    REQUIRE(::read(pipe.read.get(), &byte, 1) == 1);
    pipe.write.reset();
    CHECK(wait_readable(pipe.read.get(), Milliseconds{-1}) == true);
}

TEST_CASE("a signal does not cut a wait short") {
    struct ::sigaction action {};
    struct ::sigaction before {};
    action.sa_handler = [](int) {};
    REQUIRE(::sigaction(SIGUSR1, &action, &before) == 0);
    const Pipe pipe = a_pipe();
    const ::pthread_t waiter = ::pthread_self();
    std::thread signaller([waiter] {
        for (int i = 0; i < 10; ++i) {
            ::pthread_kill(waiter, SIGUSR1);
            ::usleep(1000);
        }
    });
    const RealClock clock;
    const BootTime start = clock.boot();
    CHECK(wait_readable(pipe.read.get(), Milliseconds{40}) == false);
    CHECK(clock.boot() - start >= Milliseconds{39});
    signaller.join();
    ::sigaction(SIGUSR1, &before, nullptr);
}

TEST_CASE("an errno becomes a code that callers can branch on") {
    const std::pair<int, ErrorCode> codes[] = {
        {ENOENT, ErrorCode::not_found},   {ENOTDIR, ErrorCode::not_found},
        {EACCES, ErrorCode::denied},      {EPERM, ErrorCode::denied},
        {EEXIST, ErrorCode::exists},      {ENOSPC, ErrorCode::unavailable},
        {EDQUOT, ErrorCode::unavailable}, {EIO, ErrorCode::failed},
    };
    for (const auto& [number, code] : codes) {
        errno = number;
        const Status status = fail_errno("cannot do it");
        CHECK(status.error().code == code);
        CHECK(status.error().message.starts_with("cannot do it: "));
    }
}
