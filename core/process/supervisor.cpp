#include "core/process/supervisor.hpp"

#include "core/base/fd.hpp"
#include "core/process/capped_log.hpp"
#include "core/process/program.hpp"
#include "core/process/supervision.hpp"
#include "core/process/wire.hpp"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace hookd::process {
namespace {

/// Leaves 0 to 4 open and nothing else; what we open from here on is not among them.
bool take_descriptors() {
    while (true) {
        const int null = ::open("/dev/null", O_RDWR);
        if (null < 0 || null > STDERR_FILENO) {
            ::close(null);
            break;
        }
    }
    int type = 0;
    ::socklen_t size = sizeof type;
    if (::getsockopt(k_control_fd, SOL_SOCKET, SO_TYPE, &type, &size) != 0) {
        return false;
    }
    return ::close_range(k_presence_fd + 1, ~0U, 0) == 0 &&
           ::close_range(k_control_fd, k_presence_fd, CLOSE_RANGE_CLOEXEC) == 0;
}

/// What the program and all it starts inherit from us.
Status prepare_for_program(const Command& command) {
    const ::rlimit none{0, 0};
    if (::setrlimit(RLIMIT_CORE, &none) != 0) {
        return fail_errno("cannot switch core dumps off");
    }
    if (::prctl(PR_SET_CHILD_SUBREAPER, 1) != 0) {
        return fail_errno("cannot become a sub-reaper");
    }
    ::umask(022);
    const std::filesystem::path& folder = command.folder;
    if (::chdir(folder.empty() ? "/" : folder.c_str()) != 0) {
        return fail_errno("cannot enter \"" + folder.string() + "\"");
    }
    return {};
}

Result<Ended> run(int control) {
    const auto frame = receive_frame(control);
    if (!frame) {
        return fail(frame.error());
    }
    const auto command = decode_command(*frame);
    if (!command) {
        return fail(command.error());
    }
    auto log = CappedLog::open(command->log, command->log_cap_bytes);
    if (!log) {
        return fail(log.error());
    }
    auto output = make_pipe();
    if (!output) {
        return fail(output.error());
    }
    // The program's end is another description: its writes block as they always do.
    ::fcntl(output->read.get(), F_SETFL, O_NONBLOCK);
    if (auto prepared = prepare_for_program(*command); !prepared) {
        return fail(prepared.error());
    }
    auto events = Events::open();
    if (!events) {
        return fail(events.error());
    }
    const auto program = start_program(*command, output->write.get());
    if (!program) {
        return fail(program.error());
    }
    output->write.reset();
    Supervision supervision(*command, *program, control, std::move(*events),
                            std::move(output->read), std::move(*log));
    return supervision.run();
}

}  // namespace

int supervise() {
    if (!take_descriptors()) {
        static_cast<void>(
            write_all(STDERR_FILENO, "hookd-supervise: hookd starts this program by itself\n"));
        return 2;
    }
    const Fd control(k_control_fd);
    const auto ended = run(control.get());
    Ended answer;
    if (ended) {
        answer = *ended;
    } else {
        answer.how = Ended::How::not_started;
        answer.message = ended.error().message;
    }
    // Where nobody takes the answer any more the tree has been ended all the same.
    static_cast<void>(send_frame(control.get(), encode(answer)));
    return 0;
}

}  // namespace hookd::process
