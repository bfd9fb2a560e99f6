#pragma once

#include "core/base/fd.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace hookd::test {

/// An HTTP client that sends exactly the bytes it is told, and shows exactly what comes back.
/// Throws where the other side takes longer than the deadline.
class RawConnection {
  public:
    explicit RawConnection(std::uint16_t port);
    explicit RawConnection(const std::filesystem::path& unix_socket);

    /// Sends what the socket takes before the other side closes. Returns whether it took all.
    bool send(std::string_view bytes);
    /// Sends without waiting; returns how many bytes the socket took.
    std::size_t send_some(std::string_view bytes);
    /// Closes our side only.
    void finish_sending();

    struct Answer {
        int status = 0;
        std::string head;  ///< with its empty line
        std::string body;
    };
    /// The next answer, by its Content-Length. `to_head`: it has no body whatever it says.
    Answer read_answer(bool to_head = false);
    /// All up to the end of the connection.
    std::string read_to_end();
    /// Reads until `end` was seen; returns all up to and with it.
    std::string read_until(std::string_view end);
    /// Whether something came, or the connection ended, within `time`.
    bool has_news(std::chrono::milliseconds time);
    /// Whether the other side broke the connection off instead of closing it.
    bool was_reset() const { return was_reset_; }

  private:
    bool read_more();

    Fd socket_;
    std::string received_;
    bool was_reset_ = false;
};

/// One status code of each answer in `bytes`, in order.
std::string statuses(std::string_view bytes);

}  // namespace hookd::test
