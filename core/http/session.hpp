#pragma once

#include "core/http/door.hpp"
#include "core/http/listening_socket.hpp"
#include "core/http/outbox.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

namespace boost::asio {
class io_context;
}

namespace hookd::http {

using SteadyTime = std::chrono::steady_clock::time_point;

/// One client's connection. **Thread:** the network thread, all of it.
class Session {
  public:
    virtual ~Session() = default;
    /// Takes what a responder said. It may end the session.
    virtual void deliver(Message message) = 0;
    /// Ends what takes too long. Called every now and then: there is no timer per operation.
    virtual void expire(SteadyTime now) = 0;
    /// The server stops: ends at once where nothing is in progress, after the answer otherwise.
    virtual void drain() = 0;
    /// Ends it now.
    virtual void close() = 0;
};

/// What the sessions of the network thread share.
struct Network {
    std::shared_ptr<Outbox> outbox;
    std::unordered_map<std::uint64_t, std::shared_ptr<Session>> sessions;
    std::uint64_t next_session = 1;
    bool stopping = false;
    std::function<void()> on_session_end;
    std::function<void(const std::exception_ptr&)> on_failure;  ///< a session threw
    /// TLS came to nothing: with whom, and why in one line.
    std::function<void(const std::string& peer, const std::string& reason)> on_no_handshake;
    std::array<char, std::size_t{64} << 10> received{};  ///< of one read, see Input
};

/// Serves `client` until it goes. The door's limits were checked; its counts are taken here and
/// given back at the end. **Requires:** all references outlive the session.
void start_session(boost::asio::io_context& io, Network& network, Door& door, Accepted client);

}  // namespace hookd::http
