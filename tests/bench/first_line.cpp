// An action that says when it started: the first thing it does is to read the clock.
//
//   bench_first_line FILE     appends "NANOSECONDS COMMIT" to FILE; nanoseconds since 1970

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

int main(int argc, char** argv) {
    ::timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    if (argc != 2) {
        return 2;
    }
    const char* const commit = std::getenv("HOOKD_COMMIT");
    char line[160];
    const int size =
        std::snprintf(line, sizeof line, "%lld %s\n",
                      static_cast<long long>(now.tv_sec) * 1'000'000'000LL + now.tv_nsec,
                      commit != nullptr ? commit : "-");
    const int file = ::open(argv[1], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    return file >= 0 && ::write(file, line, static_cast<std::size_t>(size)) == size ? 0 : 1;
}
