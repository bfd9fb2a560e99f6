#pragma once

#include "core/http/channel.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace hookd::http {

/// What came from a client and is not consumed. The bytes of one read stay in a buffer that all
/// connections share, until `keep`: so that an idle connection costs no buffer, and a body is
/// copied once.
class Input {
  public:
    explicit Input(std::span<char> shared) : shared_(shared) {}

    /// Reads once.
    [[nodiscard]] Io receive(Channel& channel);
    [[nodiscard]] std::string_view unread() const {
        return is_shared_ ? unread_ : std::string_view(kept_).substr(kept_from_);
    }
    void consume(std::size_t bytes);
    /// Moves what is unread out of the shared buffer. To be called before anybody else may read.
    void keep();

  private:
    std::span<char> shared_;
    bool is_shared_ = false;
    std::string_view unread_;
    std::string kept_;
    std::size_t kept_from_ = 0;
};

/// What goes to a client: a head and a body, sent as one write without copying them together.
class Output {
  public:
    void set(std::string head, std::string body);
    [[nodiscard]] bool is_empty() const { return sent_ == head_.size() + body_.size(); }
    /// Writes what the channel takes. `some`: all is sent.
    [[nodiscard]] Io send(Channel& channel);

  private:
    std::string head_;
    std::string body_;
    std::size_t sent_ = 0;
};

}  // namespace hookd::http
