#include "handlers/attempt_log.hpp"

#include "core/base/fd.hpp"
#include "core/base/text.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

namespace hookd::handlers {
namespace {

bool ends_inside_a_line(int file) {
    struct ::stat status {};
    char last = '\n';
    return ::fstat(file, &status) == 0 && status.st_size > 0 &&
           ::pread(file, &last, 1, status.st_size - 1) == 1 && last != '\n';
}

}  // namespace

void append_to_log(const std::filesystem::path& log, std::string_view text) {
    const Fd file(
        ::open(log.c_str(),
               O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0600));
    if (!file.is_open()) {
        return;
    }
    const std::string line = std::string(ends_inside_a_line(file.get()) ? "\n" : "") +
                             "hookd: " + printable_line(text) + "\n";
    static_cast<void>(write_all(file.get(), line));
}

}  // namespace hookd::handlers
