#include "core/http/server.hpp"

#include "core/http/door.hpp"
#include "core/http/listening_socket.hpp"
#include "core/http/outbox.hpp"
#include "core/http/session.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <thread>
#include <utility>
#include <vector>

namespace hookd::http {
namespace {

namespace asio = boost::asio;
using Executor = asio::io_context::executor_type;
using Descriptor = asio::posix::basic_stream_descriptor<Executor>;
using Timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                         asio::wait_traits<std::chrono::steady_clock>, Executor>;
using Awaitable = asio::use_awaitable_t<Executor>;
template <class T>
using Task = asio::awaitable<T, Executor>;

/// How many connections one listener takes before the others have their turn.
constexpr int k_accepts_per_turn = 64;
/// How long to wait when descriptors ran out: existing connections end meanwhile.
constexpr Milliseconds k_accept_pause{100};

struct Listener {
    Listener(asio::io_context& io, ListeningSocket listening, const Limits& limits,
             Service& service, std::shared_ptr<const TlsIdentity> tls)
        : socket(std::move(listening)),
          door(limits, service, std::move(tls)),
          waiter(io.get_executor(), socket.fd()),
          pause(io.get_executor()) {}
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;
    ~Listener() { close(); }

    /// Ends its coroutine and, on a Unix socket, removes the file.
    void close() {
        if (waiter.is_open()) {
            static_cast<void>(waiter.release());  // `socket` owns the descriptor
            pause.cancel();
            const ListeningSocket closing = std::move(socket);
        }
    }

    ListeningSocket socket;
    Door door;
    Descriptor waiter;
    Timer pause;
};

/// How often the sessions' deadlines are looked at: fine enough for the shortest of them.
Milliseconds tick_for(const Limits& limits) {
    const Milliseconds shortest = std::min({limits.handshake_time, limits.header_time,
                                            limits.body_time, limits.write_time, limits.idle_time});
    return std::clamp(shortest / 8, Milliseconds(10), Milliseconds(250));
}

}  // namespace

struct Server::Impl {
    explicit Impl(Log& to) : log(to), sweep(io.get_executor()), patience(io.get_executor()) {
        network.outbox = std::make_shared<Outbox>([this] { asio::post(io, Deliver{this}); });
        network.on_session_end = [this] { end_if_drained(); };
        network.on_failure = [this](const std::exception_ptr& error) { report(error); };
        network.on_no_handshake = [this](const std::string& peer, const std::string& reason) {
            log.debug("no TLS with a client", {{"peer", peer}, {"reason", reason}});
        };
    }

    struct Deliver {
        Impl* impl;
        void operator()() const { impl->deliver(); }
    };

    struct Ended {
        Impl* impl;
        void operator()(const std::exception_ptr& error) const {
            if (error) {
                impl->report(error);
            }
        }
    };

    [[nodiscard]] std::uint16_t add(ListeningSocket socket, const Limits& limits, Service& service,
                                    std::shared_ptr<const TlsIdentity> tls);
    void report(const std::exception_ptr& error);
    Task<void> accept_all(Listener* listener);
    void admit(Listener& listener, Accepted client);
    [[nodiscard]] bool admit_waiting(Listener& listener);
    void deliver();
    void arm_sweep();
    void begin_stop(Milliseconds drain);
    void close_sessions();
    void end_if_drained();

    Log& log;
    Network network;
    asio::io_context io{1};
    asio::executor_work_guard<Executor> work{io.get_executor()};
    Timer sweep;
    Timer patience;
    Milliseconds tick{250};
    bool sweeps = false;
    std::atomic<bool> accept_paused{false};
    std::atomic<std::uint64_t> accept_pauses{0};
    std::vector<std::unique_ptr<Listener>> listeners;
    std::vector<Message> delivering;
    std::thread thread;
};

std::uint16_t Server::Impl::add(ListeningSocket socket, const Limits& limits, Service& service,
                                std::shared_ptr<const TlsIdentity> tls) {
    const std::uint16_t port = socket.port();
    tick = std::min(tick, tick_for(limits));
    listeners.push_back(
        std::make_unique<Listener>(io, std::move(socket), limits, service, std::move(tls)));
    return port;
}

void Server::Impl::report(const std::exception_ptr& error) {
    try {
        std::rethrow_exception(error);
    } catch (const std::exception& e) {
        log.error("a connection failed", {{"reason", e.what()}});
    }
}

void Server::Impl::admit(Listener& listener, Accepted client) {
    try {
        start_session(io, network, listener.door, std::move(client));
    } catch (const std::exception&) {
        report(std::current_exception());  // one client's bad luck must not end the listener
    }
    arm_sweep();
}

/// Takes what waits. False where descriptors or memory ran out.
bool Server::Impl::admit_waiting(Listener& listener) {
    for (int i = 0; i < k_accepts_per_turn; ++i) {
        auto client = listener.socket.accept();
        if (!client) {
            if (!accept_paused.exchange(true)) {
                ++accept_pauses;
                log.warning("connections have to wait", {{"reason", client.error().message}});
            }
            return false;
        }
        accept_paused = false;
        if (!*client) {
            return true;
        }
        // One that is not admitted is closed here, by its destructor.
        if (listener.door.admits((*client)->group)) {
            admit(listener, std::move(**client));
        }
    }
    return true;
}

Task<void> Server::Impl::accept_all(Listener* listener) {
    const asio::as_tuple_t<Awaitable> token;
    while (!network.stopping) {
        co_await listener->waiter.async_wait(Descriptor::wait_read, token);
        if (!network.stopping && !admit_waiting(*listener)) {
            listener->pause.expires_after(k_accept_pause);
            co_await listener->pause.async_wait(token);
        }
    }
}

void Server::Impl::deliver() {
    network.outbox->take(delivering);
    for (Message& message : delivering) {
        const auto found = network.sessions.find(message.session);
        if (found != network.sessions.end()) {
            const std::shared_ptr<Session> session = found->second;
            session->deliver(std::move(message));
        }
    }
}

/// Runs while there are sessions, so that an idle daemon sleeps.
void Server::Impl::arm_sweep() {
    if (sweeps || network.sessions.empty()) {
        return;
    }
    sweeps = true;
    sweep.expires_after(tick);
    sweep.async_wait([this](const boost::system::error_code& ec) {
        sweeps = false;
        if (ec) {
            return;
        }
        const auto now = std::chrono::steady_clock::now();
        for (const auto& entry : network.sessions) {
            entry.second->expire(now);
        }
        arm_sweep();
    });
}

void Server::Impl::begin_stop(Milliseconds drain) {
    network.stopping = true;
    for (const auto& listener : listeners) {
        listener->close();
    }
    // A session may end, and leave the map, while it is told.
    const auto sessions = network.sessions;
    for (const auto& entry : sessions) {
        entry.second->drain();
    }
    patience.expires_after(drain);
    patience.async_wait([this](const boost::system::error_code& ec) {
        if (!ec) {
            close_sessions();
        }
    });
    end_if_drained();
}

void Server::Impl::close_sessions() {
    const auto sessions = network.sessions;
    for (const auto& entry : sessions) {
        entry.second->close();
    }
}

void Server::Impl::end_if_drained() {
    if (network.stopping && network.sessions.empty()) {
        network.outbox->close();
        sweep.cancel();
        patience.cancel();
        work.reset();
    }
}

std::shared_ptr<BodyObserver> Service::observe(const Head&) {
    return nullptr;
}

Server::Server(Log& log) : impl_(std::make_unique<Impl>(log)) {}

Server::~Server() {
    stop(Milliseconds(0));
    impl_->network.outbox->close();
}

Result<std::uint16_t> Server::listen(const Address& address, const Limits& limits, Service& service,
                                     std::shared_ptr<const TlsIdentity> tls) {
    auto socket = ListeningSocket::open(address);
    if (!socket) {
        return fail(socket.error());
    }
    return impl_->add(std::move(*socket), limits, service, std::move(tls));
}

Result<std::uint16_t> Server::adopt(Fd socket, const Limits& limits, Service& service,
                                    std::shared_ptr<const TlsIdentity> tls) {
    auto adopted = ListeningSocket::adopt(std::move(socket));
    if (!adopted) {
        return fail(adopted.error());
    }
    return impl_->add(std::move(*adopted), limits, service, std::move(tls));
}

void Server::start() {
    for (const auto& listener : impl_->listeners) {
        asio::co_spawn(impl_->io, impl_->accept_all(listener.get()), Impl::Ended{impl_.get()});
    }
    // Signals are for the threads that wait for them.
    ::sigset_t all;
    ::sigset_t before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    impl_->thread = std::thread([impl = impl_.get()] { impl->io.run(); });
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void Server::stop(Milliseconds drain) {
    if (!impl_->thread.joinable()) {
        return;
    }
    asio::post(impl_->io, [impl = impl_.get(), drain] { impl->begin_stop(drain); });
    impl_->thread.join();
}

Server::Intake Server::intake() const {
    return {impl_->accept_paused, impl_->accept_pauses};
}

}  // namespace hookd::http
