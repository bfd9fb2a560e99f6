#include "hooks/spool_watch.hpp"

#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>

namespace hookd::hooks {

Result<SpoolWatch> SpoolWatch::open(const std::filesystem::path& folder, Log& log) {
    SpoolWatch watch;
    auto event = make_event_fd();
    if (!event) {
        return fail(event.error());
    }
    watch.wake_ = std::move(*event);
    watch.notices_ = Fd(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
    // Hooks rename into place: nothing else is a file to take.
    if (!watch.notices_.is_open() ||
        ::inotify_add_watch(watch.notices_.get(), folder.c_str(), IN_MOVED_TO | IN_ONLYDIR) < 0) {
        const Error error = fail_errno("inotify").value();
        watch.notices_.reset();
        log.warning("no notice of new spool files; they are looked for now and then instead",
                    {{"folder", folder.string()}, {"reason", error.message}});
    }
    return watch;
}

void SpoolWatch::wait(Milliseconds most) {
    std::array<::pollfd, 2> entries{{{wake_.get(), POLLIN, 0}, {notices_.get(), POLLIN, 0}}};
    ::poll(entries.data(), entries.size(), static_cast<int>(most.count()));
    drain_event_fd(wake_.get());
    // What they say does not matter: the folder is listed anyway.
    std::array<char, 4096> block;
    while (notices_.is_open() && ::read(notices_.get(), block.data(), block.size()) > 0) {
    }
}

void SpoolWatch::stop() {
    stopped_->store(true);
    wake();
}

}  // namespace hookd::hooks
