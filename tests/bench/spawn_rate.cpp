// The limit for starting actions: bare posix_spawn(3) of one program, with no queue at all.
//
//   bench_spawn_rate COUNT AT_ONCE PROGRAM    prints {"seconds": S, "cpu_seconds": C}

#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>

namespace {

double cpu_seconds(int who) {
    ::rusage usage{};
    ::getrusage(who, &usage);
    const auto seconds = [](const ::timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) {
        return 2;
    }
    const int count = static_cast<int>(std::strtol(argv[1], nullptr, 10));
    const int at_once = static_cast<int>(std::strtol(argv[2], nullptr, 10));
    char* const arguments[] = {argv[3], nullptr};
    char* const environment[] = {nullptr};
    const auto start = std::chrono::steady_clock::now();
    int started = 0;
    int ended = 0;
    while (ended < count) {
        if (started < count && started - ended < at_once) {
            ::pid_t child = 0;
            if (::posix_spawn(&child, argv[3], nullptr, nullptr, arguments, environment) != 0) {
                return 1;
            }
            ++started;
            continue;
        }
        int status = 0;
        if (::wait(&status) < 0 || status != 0) {
            return 1;
        }
        ++ended;
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    std::printf("{\"seconds\": %.6f, \"cpu_seconds\": %.6f}\n", took.count(),
                cpu_seconds(RUSAGE_SELF) + cpu_seconds(RUSAGE_CHILDREN));
    return 0;
}
