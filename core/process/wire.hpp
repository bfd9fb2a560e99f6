#pragma once

#include "core/base/result.hpp"
#include "core/process/command.hpp"

#include <string>
#include <string_view>

// What a Runner and its hookd-supervise say to each other over a stream socket: one frame with the
// command, later perhaps the byte k_cancel, and one frame back with how it ended. A frame is its
// size in four bytes, then that many bytes; numbers are in the machine's order.
namespace hookd::process {

/// Descriptors of a supervisor when it starts; its standard input becomes the program's.
inline constexpr int k_control_fd = 3;
inline constexpr int k_presence_fd = 4;

inline constexpr char k_cancel = 'c';

/// `Command::input` is not in it: it travels as the supervisor's standard input.
[[nodiscard]] std::string encode(const Command& command);
/// **Errors:** invalid, also where hookd and hookd-supervise are of different versions.
[[nodiscard]] Result<Command> decode_command(std::string_view bytes);

[[nodiscard]] std::string encode(const Ended& ended);
/// **Errors:** invalid.
[[nodiscard]] Result<Ended> decode_ended(std::string_view bytes);

/// Never raises SIGPIPE. **Errors:** invalid where `payload` is larger than 64 MiB; unavailable
/// where the other side is gone.
[[nodiscard]] Status send_frame(int socket, std::string_view payload);
/// **Errors:** unavailable where the other side is gone; invalid where the size is absurd.
[[nodiscard]] Result<std::string> receive_frame(int socket);

}  // namespace hookd::process
