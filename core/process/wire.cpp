#include "core/process/wire.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <optional>

namespace hookd::process {
namespace {

// Raised with every change of the format: the program on disk may be newer than the daemon.
constexpr std::int64_t k_version = 1;
constexpr std::size_t k_largest_frame = std::size_t{64} << 20;

class Writer {
  public:
    void number(std::int64_t value) {
        char bytes[sizeof value];
        std::memcpy(bytes, &value, sizeof value);
        bytes_.append(bytes, sizeof value);
    }
    void text(std::string_view value) {
        number(static_cast<std::int64_t>(value.size()));
        bytes_ += value;
    }
    void list(const std::vector<std::string>& values) {
        number(static_cast<std::int64_t>(values.size()));
        for (const std::string& value : values) {
            text(value);
        }
    }
    [[nodiscard]] std::string take() { return std::move(bytes_); }

  private:
    std::string bytes_;
};

/// Reads what Writer wrote. After the first thing that is not there everything is empty.
class Reader {
  public:
    explicit Reader(std::string_view bytes) : bytes_(bytes) {}

    std::int64_t number() {
        std::int64_t value = 0;
        const std::string_view bytes = take(sizeof value);
        if (!bytes.empty()) {
            std::memcpy(&value, bytes.data(), sizeof value);
        }
        return value;
    }
    std::string text() { return std::string(take(count())); }
    std::vector<std::string> list() {
        std::vector<std::string> values;
        for (std::size_t left = count(); left > 0 && good_; --left) {
            values.push_back(text());
        }
        return values;
    }
    [[nodiscard]] bool all_read() const { return good_ && bytes_.empty(); }

  private:
    /// A size or a count: never more than the bytes that are left.
    std::size_t count() {
        const std::int64_t value = number();
        if (value < 0 || static_cast<std::uint64_t>(value) > bytes_.size()) {
            good_ = false;
        }
        return good_ ? static_cast<std::size_t>(value) : 0;
    }
    std::string_view take(std::size_t size) {
        if (!good_ || size > bytes_.size()) {
            good_ = false;
            return {};
        }
        const std::string_view taken = bytes_.substr(0, size);
        bytes_.remove_prefix(size);
        return taken;
    }

    std::string_view bytes_;
    bool good_ = true;
};

Status send_all(int socket, std::string_view data) {
    while (!data.empty()) {
        const ::ssize_t sent = ::send(socket, data.data(), data.size(), MSG_NOSIGNAL);
        if (sent >= 0) {
            data.remove_prefix(static_cast<std::size_t>(sent));
        } else if (errno == EPIPE || errno == ECONNRESET) {
            return fail(ErrorCode::unavailable, "the other side is gone");
        } else if (errno != EINTR) {
            return fail_errno("cannot send");
        }
    }
    return {};
}

Status receive_all(int socket, char* data, std::size_t size) {
    while (size > 0) {
        const ::ssize_t received = ::recv(socket, data, size, 0);
        if (received > 0) {
            data += received;
            size -= static_cast<std::size_t>(received);
        } else if (received == 0 || errno == ECONNRESET) {
            return fail(ErrorCode::unavailable, "the other side is gone");
        } else if (errno != EINTR) {
            return fail_errno("cannot receive");
        }
    }
    return {};
}

}  // namespace

std::string encode(const Command& command) {
    Writer writer;
    writer.number(k_version);
    writer.list(command.arguments);
    writer.list(command.environment);
    writer.text(command.folder.native());
    writer.text(command.log.native());
    writer.number(command.log_cap_bytes);
    writer.number(command.timeout.count());
    writer.number(command.grace.count());
    return writer.take();
}

Result<Command> decode_command(std::string_view bytes) {
    Reader reader(bytes);
    if (reader.number() != k_version) {
        return fail(ErrorCode::invalid,
                    "hookd-supervise is of another version than hookd: restart hookd");
    }
    Command command;
    command.arguments = reader.list();
    command.environment = reader.list();
    command.folder = reader.text();
    command.log = reader.text();
    command.log_cap_bytes = reader.number();
    command.timeout = Milliseconds(reader.number());
    command.grace = Milliseconds(reader.number());
    if (!reader.all_read() || command.arguments.empty()) {
        return fail(ErrorCode::invalid, "hookd-supervise received a command that is not whole");
    }
    return command;
}

std::string encode(const Ended& ended) {
    Writer writer;
    writer.number(static_cast<std::int64_t>(ended.how));
    writer.number(ended.exit_code);
    writer.number(ended.signal);
    writer.text(ended.message);
    writer.number(ended.wall.count());
    writer.number(ended.cpu.count());
    writer.number(ended.peak_memory_bytes);
    writer.number(ended.log_bytes);
    writer.number(ended.log_dropped_bytes);
    return writer.take();
}

Result<Ended> decode_ended(std::string_view bytes) {
    Reader reader(bytes);
    Ended ended;
    const std::int64_t how = reader.number();
    ended.exit_code = static_cast<int>(reader.number());
    ended.signal = static_cast<int>(reader.number());
    ended.message = reader.text();
    ended.wall = Milliseconds(reader.number());
    ended.cpu = Milliseconds(reader.number());
    ended.peak_memory_bytes = reader.number();
    ended.log_bytes = reader.number();
    ended.log_dropped_bytes = reader.number();
    if (!reader.all_read() || how < 0 ||
        how > static_cast<std::int64_t>(Ended::How::supervisor_died)) {
        return fail(ErrorCode::invalid, "the supervisor's answer is not whole");
    }
    ended.how = static_cast<Ended::How>(how);
    return ended;
}

Status send_frame(int socket, std::string_view payload) {
    if (payload.size() > k_largest_frame) {
        return fail(ErrorCode::invalid, "arguments and environment are larger than 64 MiB");
    }
    const auto size = static_cast<std::uint32_t>(payload.size());
    // One buffer, one system call: the payload is small but for odd commands.
    std::string frame(sizeof size, '\0');
    std::memcpy(frame.data(), &size, sizeof size);
    frame += payload;
    return send_all(socket, frame);
}

Result<std::string> receive_frame(int socket) {
    std::uint32_t size = 0;
    char header[sizeof size];
    if (auto received = receive_all(socket, header, sizeof header); !received) {
        return fail(received.error());
    }
    std::memcpy(&size, header, sizeof size);
    if (size > k_largest_frame) {
        return fail(ErrorCode::invalid, "a frame of more than 64 MiB was announced");
    }
    std::string payload(size, '\0');
    if (auto received = receive_all(socket, payload.data(), payload.size()); !received) {
        return fail(received.error());
    }
    return payload;
}

}  // namespace hookd::process
