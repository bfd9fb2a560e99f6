// A child that misbehaves on purpose: `misbehave WAY [ARGUMENT...]`. See the table at the end.
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

extern char** environ;

namespace {

using Arguments = char**;

void say(std::string_view text) {
    while (!text.empty()) {
        const ::ssize_t written = ::write(STDOUT_FILENO, text.data(), text.size());
        if (written <= 0) {
            ::_exit(99);
        }
        text.remove_prefix(static_cast<std::size_t>(written));
    }
}

long number(const char* text) {
    return text == nullptr ? 0 : std::strtol(text, nullptr, 10);
}

[[noreturn]] void wait_for_ever() {
    for (;;) {
        ::pause();
    }
}

/// Lives on in a session of its own, as a daemon does: the parent of the result is init, or
/// whoever is the sub-reaper.
template <class Life>
void leave_behind(Life&& life) {
    if (::fork() == 0) {
        ::setsid();
        if (::fork() == 0) {
            life();
            ::_exit(0);
        }
        ::_exit(0);
    }
}

void close_output() {
    const int null = ::open("/dev/null", O_RDWR);
    ::dup2(null, STDOUT_FILENO);
    ::dup2(null, STDERR_FILENO);
}

int ignore_term(Arguments) {
    ::signal(SIGTERM, SIG_IGN);
    say("ready\n");
    wait_for_ever();
}

int obey_term(Arguments) {
    ::signal(SIGTERM, [](int) {
        say("tidied up\n");
        ::_exit(7);
    });
    say("ready\n");
    wait_for_ever();
}

/// Leaves a daemon behind that ignores TERM, and ends.
int daemonize(Arguments) {
    leave_behind([] {
        ::signal(SIGTERM, SIG_IGN);
        close_output();
        wait_for_ever();
    });
    say("done\n");
    return 0;
}

/// As above, and waits itself.
int daemonize_and_wait(Arguments arguments) {
    daemonize(arguments);
    return ignore_term(arguments);
}

/// Ends while a child of it holds the output open and stays silent.
int hold_output(Arguments) {
    if (::fork() == 0) {
        wait_for_ever();
    }
    say("done\n");
    return 0;
}

/// Ends while a child of it still has the last line to write, as `> >(tee log)` does.
int finish_late(Arguments) {
    if (::fork() == 0) {
        ::usleep(100'000);
        say("last words\n");
        ::_exit(0);
    }
    return 0;
}

int print(Arguments arguments) {
    const std::string line = std::string(99, 'x') + "\n";
    for (long left = number(arguments[0]); left > 0; left -= 100) {
        say(line);
    }
    say("end\n");
    return 0;
}

int print_one_line(Arguments arguments) {
    const std::string part(65536, 'y');
    for (long left = number(arguments[0]); left > 0; left -= 65536) {
        say(part);
    }
    return 0;
}

int print_for_ever(Arguments) {
    for (;;) {
        say("and on it goes\n");
    }
}

int write_tiny(Arguments arguments) {
    for (long left = number(arguments[0]); left > 0; --left) {
        say("z");
    }
    return 0;
}

/// Children and their children, every second one in a session of its own; none obeys TERM.
int fork_many(Arguments arguments) {
    for (long left = number(arguments[0]); left > 0; --left) {
        if (::fork() == 0) {
            if (left % 2 == 0) {
                ::setsid();
            }
            ::signal(SIGTERM, SIG_IGN);
            static_cast<void>(::fork());
            wait_for_ever();
        }
    }
    say("ready\n");
    wait_for_ever();
}

/// Each process starts its successor and ends: there is never one for long.
int flee(Arguments) {
    ::signal(SIGTERM, SIG_IGN);
    ::signal(SIGCHLD, SIG_IGN);
    say("ready\n");
    for (;;) {
        ::usleep(500);
        if (::fork() != 0) {
            ::_exit(0);
        }
        ::setsid();
    }
}

int print_descriptors(Arguments) {
    ::DIR* const folder = ::opendir("/proc/self/fd");
    const int own = ::dirfd(folder);
    while (const ::dirent* const entry = ::readdir(folder)) {
        if (entry->d_name[0] != '.' && number(entry->d_name) != own) {
            say(std::string(entry->d_name) + "\n");
        }
    }
    return 0;
}

int print_environment(Arguments) {
    for (char** variable = environ; *variable != nullptr; ++variable) {
        say(std::string(*variable) + "\n");
    }
    return 0;
}

int print_arguments(Arguments arguments) {
    for (; *arguments != nullptr; ++arguments) {
        say("[" + std::string(*arguments) + "]\n");
    }
    return 0;
}

/// What else is inherited: blocked and ignored signals, session, limits, mask.
int print_state(Arguments) {
    ::sigset_t blocked;
    ::sigprocmask(SIG_SETMASK, nullptr, &blocked);
    int odd = 0;
    for (int signal = 1; signal < 32; ++signal) {
        struct ::sigaction action {};
        ::sigaction(signal, nullptr, &action);
        odd += ::sigismember(&blocked, signal) == 1 || action.sa_handler != SIG_DFL ? 1 : 0;
    }
    ::rlimit core{};
    ::getrlimit(RLIMIT_CORE, &core);
    ::rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    const bool leads = ::getsid(0) == ::getpid() && ::getpgid(0) == ::getpid();
    char line[128];
    std::snprintf(line, sizeof line, "signals %d leads %d core %ld umask %03o files %ld\n", odd,
                  leads, static_cast<long>(core.rlim_cur), ::umask(0),
                  static_cast<long>(files.rlim_cur));
    say(line);
    return 0;
}

int copy_input(Arguments) {
    char part[65536];
    ::ssize_t got = 0;
    while ((got = ::read(STDIN_FILENO, part, sizeof part)) > 0) {
        say({part, static_cast<std::size_t>(got)});
    }
    return 0;
}

int die_by_signal(Arguments arguments) {
    ::raise(static_cast<int>(number(arguments[0])));
    return 1;
}

int stop_itself(Arguments) {
    say("ready\n");
    ::raise(SIGSTOP);
    wait_for_ever();
}

int exit_with(Arguments arguments) {
    return static_cast<int>(number(arguments[0]));
}

/// Touches that many MiB, then works for a while.
int use_memory(Arguments arguments) {
    const auto size = static_cast<std::size_t>(number(arguments[0])) << 20;
    char* const memory = static_cast<char*>(std::malloc(size));
    std::memset(memory, 1, size);
    volatile unsigned long sum = 0;
    for (unsigned long i = 0; i < 60'000'000; ++i) {
        sum = sum + static_cast<unsigned char>(memory[i % size]);
    }
    return 0;
}

/// Ends its supervisor the hard way, and lives on beside a daemon of its own.
int kill_parent(Arguments) {
    leave_behind([] { wait_for_ever(); });
    ::usleep(50'000);
    ::kill(::getppid(), SIGKILL);
    wait_for_ever();
}

int stop_parent(Arguments) {
    ::kill(::getppid(), SIGSTOP);
    wait_for_ever();
}

struct Way {
    std::string_view name;
    int (*go)(Arguments arguments);
};

constexpr Way k_ways[] = {
    {"ignore-term", ignore_term},
    {"obey-term", obey_term},
    {"daemonize", daemonize},
    {"daemonize-and-wait", daemonize_and_wait},
    {"hold-output", hold_output},
    {"finish-late", finish_late},
    {"print", print},
    {"print-one-line", print_one_line},
    {"print-for-ever", print_for_ever},
    {"write-tiny", write_tiny},
    {"fork-many", fork_many},
    {"flee", flee},
    {"descriptors", print_descriptors},
    {"environment", print_environment},
    {"arguments", print_arguments},
    {"state", print_state},
    {"copy-input", copy_input},
    {"die-by-signal", die_by_signal},
    {"stop-itself", stop_itself},
    {"exit", exit_with},
    {"use-memory", use_memory},
    {"kill-parent", kill_parent},
    {"stop-parent", stop_parent},
};

}  // namespace

int main(int count, char** arguments) {
    for (const Way& way : k_ways) {
        if (count > 1 && way.name == arguments[1]) {
            return way.go(arguments + 2);
        }
    }
    return 64;
}
