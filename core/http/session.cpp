#include "core/http/session.hpp"

#include "core/http/buffers.hpp"
#include "core/http/phase_clock.hpp"
#include "core/http/reply.hpp"
#include "core/http/request_reader.hpp"
#include "core/http/responder.hpp"
#include "core/http/response.hpp"
#include "core/http/tls_stream.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <sys/socket.h>

#include <cerrno>
#include <optional>
#include <utility>

namespace hookd::http {
namespace {

namespace asio = boost::asio;
using Executor = asio::io_context::executor_type;
using Descriptor = asio::posix::basic_stream_descriptor<Executor>;
using Awaitable = asio::use_awaitable_t<Executor>;
template <class T>
using Task = asio::awaitable<T, Executor>;
using Step = RequestReader::Step;

/// How long a client may take to read the last answer before the connection is cut.
constexpr Milliseconds k_linger_time{2'000};
/// How often one connection may read before the others have their turn.
constexpr int k_reads_per_turn = 4;
constexpr Refusal k_too_slow{408, "the request took too long"};
constexpr Refusal k_speaks_tls{400, "this port speaks TLS: use https"};

enum class Move { handshake, receive, send };

/// What becomes of the connection after a request.
enum class Next { request, linger, close };

class HttpSession final : public Session, public std::enable_shared_from_this<HttpSession> {
  public:
    HttpSession(asio::io_context& io, Network& network, Door& door, Accepted client)
        : network_(network),
          door_(door),
          place_(door, std::move(client.group)),
          id_(network.next_session++),
          channel_(client.socket.get(), tls_for(door, client.socket.get())),
          input_(network.received),
          reader_(door, std::move(client.peer)),
          descriptor_(io.get_executor(), client.socket.get()) {
        // Last: until here the socket has one owner, whatever throws.
        static_cast<void>(client.socket.release());
    }

    void start();
    void deliver(Message message) override {
        if (message.request == request_number_ && !closed_) {
            reply_.hear(std::move(message));
            wake();
        }
    }
    void expire(SteadyTime now) override {
        if (clock_.expire(now)) {
            cancel_waits();
        }
    }
    void drain() override;
    void close() override {
        closed_ = true;
        cancel_waits();
        wake();
    }

  private:
    /// Keeps the session as long as its coroutine runs.
    struct Ended {
        std::shared_ptr<HttpSession> session;

        void operator()(const std::exception_ptr& error) const {
            if (error) {
                session->network_.on_failure(error);
            }
            session->finish();
        }
    };
    using Parked = asio::async_result<Awaitable, void()>::handler_type;

    static std::unique_ptr<TlsStream> tls_for(const Door& door, int fd) {
        return door.tls ? std::make_unique<TlsStream>(*door.tls->context(), fd) : nullptr;
    }

    Task<void> run();
    Task<bool> shake_hands();
    Task<Next> serve_one();
    Task<std::optional<Next>> read_request();
    Task<Next> answer(Response response);
    Task<Next> stream(Response response);
    Task<bool> send_batch(std::size_t bytes);
    Task<void> linger();

    Task<bool> receive() { return transfer(Move::receive); }
    Task<bool> send() { return transfer(Move::send); }
    Task<bool> transfer(Move kind);
    [[nodiscard]] Io move(Move kind);
    /// Puts the coroutine aside until `wake`.
    Task<void> park() {
        reads_ = 0;
        input_.keep();
        Awaitable token;
        return asio::async_initiate<Awaitable, void()>(
            [](Parked coroutine, HttpSession* session) {
                session->parked_.emplace(std::move(coroutine));
            },
            token, this);
    }
    void wake() {
        if (parked_) {
            Parked coroutine = std::move(*parked_);
            parked_.reset();
            coroutine();
        }
    }
    void cancel_waits() {
        boost::system::error_code ignored;
        descriptor_.cancel(ignored);
    }
    void watch_peer();
    /// Lets the service know that what it says goes nowhere.
    void end_sending() {
        if (const auto responder = responder_.lock()) {
            responder->gone.store(true, std::memory_order_release);
        }
    }
    void finish();

    [[nodiscard]] int fd() { return descriptor_.native_handle(); }
    [[nodiscard]] bool is_over() const { return closed_ || clock_.has_expired(); }

    Network& network_;
    Door& door_;
    Place place_;
    const std::uint64_t id_;
    Channel channel_;
    Input input_;
    Output output_;
    RequestReader reader_;
    Descriptor descriptor_;

    PhaseClock clock_;
    bool closed_ = false;
    bool keeps_alive_ = false;
    int reads_ = 0;                 ///< since others had their turn
    std::optional<Parked> parked_;  ///< the coroutine, while it waits for `wake`

    std::uint64_t request_number_ = 0;
    std::weak_ptr<Responder::Impl> responder_;
    Reply reply_;
};

void HttpSession::start() {
    network_.sessions.emplace(id_, shared_from_this());
    asio::co_spawn(descriptor_.get_executor(), run(), Ended{shared_from_this()});
}

void HttpSession::finish() {
    closed_ = true;
    boost::system::error_code ignored;
    descriptor_.close(ignored);
    end_sending();
    if (network_.sessions.erase(id_) > 0) {
        network_.on_session_end();
    }
}

void HttpSession::drain() {
    if (clock_.phase() == Phase::handshake || clock_.phase() == Phase::idle ||
        clock_.phase() == Phase::linger) {
        close();
    } else if (clock_.phase() == Phase::stream) {
        end_sending();
        reply_.end(Reply::Whole::yes);
        wake();
    }
}

Io HttpSession::move(Move kind) {
    switch (kind) {
        case Move::handshake:
            return channel_.tls()->handshake();
        case Move::receive:
            return input_.receive(channel_);
        case Move::send:
            return output_.send(channel_);
    }
    return Io::ended;
}

/// Reads once, or does all of the handshake, or sends all of the output. False where the client is
/// gone, or the time of the phase is over. A client that never stops sending lets others have
/// their turn.
Task<bool> HttpSession::transfer(Move kind) {
    const asio::as_tuple_t<Awaitable> token;
    while (!is_over()) {
        Io result = Io::needs_read;
        if (kind != Move::receive || reads_++ < k_reads_per_turn) {
            result = move(kind);
            if (result == Io::some || result == Io::ended) {
                co_return result == Io::some;
            }
        }
        reads_ = 0;
        input_.keep();
        co_await descriptor_.async_wait(
            result == Io::needs_write ? Descriptor::wait_write : Descriptor::wait_read, token);
    }
    co_return false;
}

Task<void> HttpSession::run() {
    if (channel_.tls() != nullptr && !co_await shake_hands()) {
        co_return;
    }
    // A new connection has sent nothing yet, but its headers are due.
    clock_.enter(Phase::idle, door_.limits.header_time);
    Next next = co_await serve_one();
    while (next == Next::request) {
        clock_.enter(Phase::idle, door_.limits.idle_time);
        next = co_await serve_one();
    }
    if (next == Next::linger) {
        co_await linger();
    }
}

/// Whether the client speaks TLS with us. One that speaks plain HTTP is told so, and what it sent
/// is not looked at.
Task<bool> HttpSession::shake_hands() {
    clock_.enter(Phase::handshake, door_.limits.handshake_time);
    if (co_await transfer(Move::handshake)) {
        place_.end_handshake();
        co_return true;
    }
    const TlsStream& tls = *channel_.tls();
    network_.on_no_handshake(reader_.peer(), clock_.has_expired()    ? "it took too long"
                                             : tls.failure().empty() ? "the client went"
                                                                     : tls.failure());
    if (tls.met_plain_http() && !is_over()) {
        channel_.go_plain();
        if (co_await answer(answer_to(k_speaks_tls)) == Next::linger) {
            co_await linger();
        }
    }
    co_return false;
}

Task<Next> HttpSession::serve_one() {
    ++request_number_;
    const std::optional<Next> unread = co_await read_request();
    if (unread) {
        co_return *unread;
    }
    clock_.enter(Phase::answer, std::nullopt);
    keeps_alive_ = reader_.framing().keeps_alive;
    reply_ =
        Reply(reader_.framing().is_http_1_0 ? Wire::Length::until_close : Wire::Length::chunked);
    auto responder = std::make_shared<Responder::Impl>(network_.outbox, id_, request_number_,
                                                       reader_.take_charge());
    responder_ = responder;
    door_.service.serve(reader_.take_request(), Responder(std::move(responder)));
    while (reply_.kind() == Reply::Kind::none && !closed_) {
        co_await park();
    }
    if (closed_ || reply_.kind() == Reply::Kind::dropped) {
        co_return Next::close;
    }
    if (reply_.kind() == Reply::Kind::stream) {
        co_return co_await stream(reply_.take_response());
    }
    co_return co_await answer(reply_.take_response());
}

/// Nothing where the reader has a whole request; otherwise what becomes of the connection.
Task<std::optional<Next>> HttpSession::read_request() {
    reader_.begin();
    keeps_alive_ = false;
    for (;;) {
        if (clock_.phase() == Phase::idle && !input_.unread().empty()) {
            clock_.enter(Phase::head, door_.limits.header_time);
        }
        const Step step = reader_.read(input_);
        if (step == Step::done) {
            co_return std::nullopt;
        }
        if (step == Step::refused) {
            co_return co_await answer(reader_.take_refusal());
        }
        if (step != Step::needs_head) {
            clock_.enter_body(door_.limits, reader_.body_bytes());
        }
        bool goes_on = false;
        if (step == Step::needs_continue) {
            output_.set("HTTP/1.1 100 Continue\r\n\r\n", {});
            goes_on = co_await send();
        } else {
            goes_on = co_await receive();
        }
        if (!goes_on && clock_.has_expired() && clock_.phase() != Phase::idle) {
            reader_.drop_body();
            co_return co_await answer(answer_to(k_too_slow));
        }
        if (!goes_on) {
            co_return Next::close;
        }
    }
}

Task<Next> HttpSession::answer(Response response) {
    clock_.enter(Phase::write, door_.limits.write_time);
    Wire wire;
    wire.closes = !keeps_alive_ || network_.stopping;
    std::string head = head_of(response, wire);
    if (!reader_.may_answer_with_body(response.status)) {
        response.body.clear();
    }
    output_.set(std::move(head), std::move(response.body));
    const bool sent = co_await send();
    if (!sent) {
        co_return Next::close;
    }
    co_return wire.closes ? Next::linger : Next::request;
}

/// A streamed answer is the last one of its connection.
Task<Next> HttpSession::stream(Response response) {
    Wire wire;
    wire.closes = true;
    wire.length = reply_.stream_length();
    std::string head = head_of(response, wire);
    if (!reader_.may_answer_with_body(response.status)) {
        end_sending();
        output_.set(std::move(head), {});
        const bool sent = co_await send_batch(0);
        co_return sent ? Next::linger : Next::close;
    }
    Reply first(wire.length);
    first.add(response.body);
    Reply::Batch batch = first.take();
    output_.set(std::move(head), std::move(batch.wire));
    watch_peer();
    if (network_.stopping) {
        end_sending();
        reply_.end(Reply::Whole::yes);
    }
    bool sent = co_await send_batch(batch.bytes);
    while (sent) {
        while (reply_.is_empty() && !reply_.has_ended() && !closed_) {
            co_await park();
        }
        if (reply_.is_empty() || closed_) {
            break;
        }
        batch = reply_.take();
        output_.set(std::move(batch.wire), {});
        sent = co_await send_batch(batch.bytes);
    }
    if (!sent || closed_ || !reply_.is_whole()) {
        co_return Next::close;
    }
    if (wire.length == Wire::Length::chunked) {
        output_.set(std::string(k_last_chunk), {});
        sent = co_await send_batch(0);
    }
    co_return sent ? Next::linger : Next::close;
}

/// Sends the output, which holds `bytes` that the service counts as unsent. The time is for one
/// batch, which is at most what may wait unsent.
Task<bool> HttpSession::send_batch(std::size_t bytes) {
    clock_.enter(Phase::stream, door_.limits.write_time);
    const bool sent = co_await send();
    clock_.enter(Phase::stream, std::nullopt);
    if (const auto responder = responder_.lock()) {
        responder->unsent.fetch_sub(bytes);
    }
    co_return sent;
}

/// Closing with bytes unread would reset the connection and could take the answer with it: so
/// only our side is closed, and what still comes is thrown away for a while.
Task<void> HttpSession::linger() {
    channel_.finish_sending();
    clock_.enter(Phase::linger, k_linger_time);
    bool more = input_.receive(channel_) != Io::ended;
    while (more && !network_.stopping) {
        input_.consume(input_.unread().size());
        more = co_await receive();
    }
}

/// While a stream goes on: the client is gone where its side is closed. One that sends more is
/// there, and asking on would report the same byte for ever.
void HttpSession::watch_peer() {
    const auto look = [self = shared_from_this()](const boost::system::error_code& ec) {
        if (ec || self->clock_.phase() != Phase::stream || self->closed_) {
            return;
        }
        char byte = 0;
        const ::ssize_t count = ::recv(self->fd(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
        if (count < 0 && errno == EAGAIN) {
            self->watch_peer();
        } else if (count <= 0) {
            self->close();
        }
    };
    descriptor_.async_wait(Descriptor::wait_read, look);
}

}  // namespace

void start_session(asio::io_context& io, Network& network, Door& door, Accepted client) {
    std::make_shared<HttpSession>(io, network, door, std::move(client))->start();
}

}  // namespace hookd::http
