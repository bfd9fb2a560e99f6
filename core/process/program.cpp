#include "core/process/program.hpp"

#include "core/base/fd.hpp"
#include "core/base/text.hpp"

#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

namespace hookd::process {
namespace {

std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    pointers.reserve(texts.size() + 1);
    for (const std::string& text : texts) {
        pointers.push_back(const_cast<char*>(text.c_str()));
    }
    pointers.push_back(nullptr);
    return pointers;
}

bool is_file(const std::string& path) {
    struct ::stat status {};
    return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

/// The child's half, between vfork and exec: it lives in our memory, so it allocates nothing.
[[noreturn]] void become(const char* program, char* const* arguments, char* const* environment,
                         int output, int report, ::pid_t parent) {
    ::setsid();
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const bool orphaned = ::getppid() != parent;
    ::sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    if (!orphaned && ::dup2(output, STDOUT_FILENO) >= 0 && ::dup2(output, STDERR_FILENO) >= 0 &&
        ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) == 0) {
        ::execve(program, arguments, environment);
    }
    const int problem = errno;
    [[maybe_unused]] const auto written = ::write(report, &problem, sizeof problem);
    ::_exit(127);
}

}  // namespace

Result<std::string> find_program(const std::string& name,
                                 const std::vector<std::string>& environment) {
    if (name.find('/') != std::string::npos) {
        return name;
    }
    constexpr std::string_view k_path = "PATH=";
    errno = ENOENT;
    for (const std::string& variable : environment) {
        if (name.empty() || !variable.starts_with(k_path)) {
            continue;
        }
        bool denied = false;
        for (const std::string_view folder :
             split(std::string_view(variable).substr(k_path.size()), ':')) {
            const std::string path = (folder.empty() ? "." : std::string(folder)) + "/" + name;
            if (is_file(path)) {
                if (::faccessat(AT_FDCWD, path.c_str(), X_OK, AT_EACCESS) == 0) {
                    return path;
                }
                denied = true;
            }
        }
        errno = denied ? EACCES : ENOENT;
        break;
    }
    return fail_errno("cannot start \"" + name + "\"");
}

Result<::pid_t> start_program(const Command& command, int output) {
    const std::string& name = command.arguments.front();
    const auto program = find_program(name, command.environment);
    if (!program) {
        return fail(program.error());
    }
    const std::vector<char*> arguments = pointers_to(command.arguments);
    const std::vector<char*> environment = pointers_to(command.environment);
    // Says whether exec happened, also where a sanitizer turns vfork into fork.
    auto report = make_pipe();
    if (!report) {
        return fail(report.error());
    }
    const ::pid_t parent = ::getpid();
    // Half the cost of fork, and posix_spawn knows no parent-death signal. We have one thread,
    // which the kernel holds until exec, and become() only makes system calls, deeper on the same
    // stack. NOLINTNEXTLINE(clang-analyzer-security.insecureAPI.vfork)
    const ::pid_t pid = ::vfork();
    if (pid == 0) {
        // NOLINTNEXTLINE(clang-analyzer-unix.Vfork)
        become(program->c_str(), arguments.data(), environment.data(), output, report->write.get(),
               parent);
    }
    if (pid < 0) {
        return fail_errno("cannot start \"" + name + "\"");
    }
    report->write.reset();
    int problem = 0;
    ::ssize_t got = 0;
    while ((got = ::read(report->read.get(), &problem, sizeof problem)) < 0 && errno == EINTR) {
    }
    if (got == 0) {
        return pid;
    }
    ::waitpid(pid, nullptr, 0);
    if (problem == ENOENT && is_file(*program)) {
        return fail(ErrorCode::not_found,
                    "cannot start \"" + name + "\": the interpreter that it names is not there");
    }
    errno = problem;
    return fail_errno("cannot start \"" + name + "\"");
}

}  // namespace hookd::process
