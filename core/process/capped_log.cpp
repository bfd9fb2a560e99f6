#include "core/process/capped_log.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace hookd::process {
namespace {

/// How much of `data` could be written.
std::size_t write_at(int file, std::string_view data, std::int64_t offset) {
    std::size_t done = 0;
    while (done < data.size()) {
        const ::ssize_t written = ::pwrite(file, data.data() + done, data.size() - done,
                                           offset + static_cast<std::int64_t>(done));
        if (written >= 0) {
            done += static_cast<std::size_t>(written);
        } else if (errno != EINTR) {
            break;
        }
    }
    return done;
}

/// As above, at the end of a file opened with O_APPEND.
std::size_t write_on(int file, std::string_view data) {
    std::size_t done = 0;
    while (done < data.size()) {
        const ::ssize_t written = ::write(file, data.data() + done, data.size() - done);
        if (written >= 0) {
            done += static_cast<std::size_t>(written);
        } else if (errno != EINTR) {
            break;
        }
    }
    return done;
}

}  // namespace

Result<CappedLog> CappedLog::open(const std::filesystem::path& path, std::int64_t cap_bytes) {
    const std::string what = "cannot open the log \"" + path.string() + "\"";
    // Non-blocking, so that a FIFO in its place cannot hold us.
    Fd log(::open(path.c_str(),
                  O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC,
                  0600));
    if (!log.is_open()) {
        return fail_errno(what);
    }
    struct ::stat status {};
    if (::fstat(log.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
        return fail(ErrorCode::invalid, what + ": it is no regular file");
    }
    return CappedLog(std::move(log), path.parent_path(), std::max<std::int64_t>(cap_bytes, 0));
}

CappedLog::CappedLog(Fd log, std::filesystem::path folder, std::int64_t cap_bytes)
    : log_(std::move(log)),
      folder_(folder.empty() ? "." : std::move(folder)),
      cap_(cap_bytes),
      head_left_(cap_bytes / 2),
      ring_size_(cap_bytes - cap_bytes / 2) {}

void CappedLog::append(std::string_view output) {
    written_ += static_cast<std::int64_t>(output.size());
    const std::string_view head = output.substr(
        0,
        static_cast<std::size_t>(std::min(head_left_, static_cast<std::int64_t>(output.size()))));
    if (!head.empty()) {
        const std::size_t stored = write_on(log_.get(), head);
        if (stored < head.size()) {
            lose("cannot write the log", static_cast<std::int64_t>(head.size() - stored));
        }
        head_left_ -= static_cast<std::int64_t>(head.size());
        last_of_head_ = head.back();
        output.remove_prefix(head.size());
    }
    if (!output.empty()) {
        append_to_tail(output);
    }
}

void CappedLog::append_to_tail(std::string_view output) {
    const auto size = static_cast<std::int64_t>(output.size());
    if (!open_ring()) {
        dropped_ += size;
        return;
    }
    // Of more than a whole ring only the end would survive.
    const std::int64_t kept = std::min(size, ring_size_);
    std::string_view rest = output.substr(static_cast<std::size_t>(size - kept));
    tail_bytes_ += size - kept;
    while (!rest.empty()) {
        const std::int64_t at = tail_bytes_ % ring_size_;
        const std::string_view part = rest.substr(0, static_cast<std::size_t>(ring_size_ - at));
        if (write_at(ring_.get(), part, at) < part.size()) {
            // What the ring holds is no longer in order: the head must do.
            lose("cannot write the log", static_cast<std::int64_t>(rest.size()) + tail_bytes_);
            tail_bytes_ = 0;
            ring_size_ = 0;
            return;
        }
        tail_bytes_ += static_cast<std::int64_t>(part.size());
        rest.remove_prefix(part.size());
    }
}

bool CappedLog::open_ring() {
    if (ring_.is_open() || ring_size_ == 0) {
        return ring_size_ > 0;
    }
    ring_ = Fd(::open(folder_.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
    if (!ring_.is_open()) {
        // Some file systems have no unnamed files: one that loses its name at once will do.
        std::string name = (folder_ / ".tail-XXXXXX").string();
        ring_ = Fd(::mkostemp(name.data(), O_CLOEXEC));
        if (!ring_.is_open()) {
            lose("cannot make a file for the end of the log", 0);
            ring_size_ = 0;
            return false;
        }
        ::unlink(name.c_str());
    }
    return true;
}

void CappedLog::finish() {
    const std::int64_t overwritten = std::max<std::int64_t>(tail_bytes_ - ring_size_, 0);
    dropped_ += overwritten;
    if (dropped_ > 0) {
        const std::string line =
            std::string(last_of_head_ == '\n' ? "" : "\n") + "hookd: " + std::to_string(dropped_) +
            " bytes of output were dropped here" +
            (problem_.empty() ? "; the log keeps " + std::to_string(cap_) : ": " + problem_) + "\n";
        static_cast<void>(write_on(log_.get(), line));
    }
    if (tail_bytes_ > 0) {
        const std::int64_t oldest = overwritten > 0 ? tail_bytes_ % ring_size_ : 0;
        const std::int64_t held = std::min(tail_bytes_, ring_size_);
        copy_from_ring(oldest, held - oldest);
        copy_from_ring(0, oldest);
    }
    ring_.reset();
    tail_bytes_ = 0;
}

void CappedLog::copy_from_ring(std::int64_t from, std::int64_t size) {
    char buffer[16384];
    while (size > 0) {
        const auto wanted =
            static_cast<std::size_t>(std::min<std::int64_t>(size, std::ssize(buffer)));
        const ::ssize_t got = ::pread(ring_.get(), buffer, wanted, from);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return lose("cannot read the end of the log again", size);
        }
        const std::string_view part(buffer, static_cast<std::size_t>(got));
        const std::size_t stored = write_on(log_.get(), part);
        if (stored < part.size()) {
            return lose("cannot write the log", size - static_cast<std::int64_t>(stored));
        }
        from += got;
        size -= got;
    }
}

void CappedLog::lose(std::string_view what, std::int64_t bytes) {
    if (problem_.empty()) {
        problem_ = std::string(what) + ": " + ::strerrordesc_np(errno);
    }
    dropped_ += bytes;
}

}  // namespace hookd::process
