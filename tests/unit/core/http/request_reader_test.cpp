// What a body costs while it is read: bytes are counted, no time and no process.
#include "core/http/request_reader.hpp"

#include "core/base/fd.hpp"
#include "core/http/channel.hpp"
#include "core/http/tls_stream.hpp"
#include "tests/support/catch.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using namespace hookd;
using namespace hookd::http;
using Step = RequestReader::Step;

namespace {

constexpr std::size_t k_mib = std::size_t{1} << 20;
constexpr std::size_t k_piece = std::size_t{64} << 10;

/// Adds up what it is shown.
class Sum final : public BodyObserver {
  public:
    void take(std::string_view bytes) override { seen += bytes; }
    std::string seen;
};

class Observing final : public Service {
  public:
    std::optional<Response> check(const Head& head, std::uint64_t&) override {
        return head.path() == "/refused" ? std::optional(Response{401, "", "", {}}) : std::nullopt;
    }
    std::shared_ptr<BodyObserver> observe(const Head&) override {
        ++asked;
        return std::make_shared<Sum>();
    }
    void serve(Request, Responder) override {}
    int asked = 0;
};

class Silent final : public Service {
  public:
    std::optional<Response> check(const Head&, std::uint64_t&) override { return std::nullopt; }
    void serve(Request, Responder) override {}
};

/// A connection whose bytes a test lets arrive.
class Client {
  public:
    explicit Client(Door& door) : reader_(door, "peer"), input_(shared_) {
        std::array<int, 2> ends{};
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
            throw std::runtime_error("no socket pair");
        }
        ours_ = Fd(ends[0]);
        theirs_ = Fd(ends[1]);
        channel_.emplace(ours_.get(), nullptr);
        reader_.begin();
    }

    /// What the reader makes of `bytes`; nothing is read after a request or a refusal.
    Step arrive(std::string_view bytes) {
        while (!bytes.empty() && goes_on()) {
            const std::string_view piece = bytes.substr(0, k_piece);
            bytes.remove_prefix(piece.size());
            if (::send(theirs_.get(), piece.data(), piece.size(), 0) !=
                static_cast<::ssize_t>(piece.size())) {
                throw std::runtime_error("the socket pair is broken");
            }
            std::size_t left = piece.size();
            while (left > 0 && goes_on()) {
                const std::size_t before = input_.unread().size();
                if (input_.receive(*channel_) != Io::some) {
                    throw std::runtime_error("the socket pair is broken");
                }
                left -= input_.unread().size() - before;
                step_ = reader_.read(input_);
                input_.keep();
            }
        }
        return step_;
    }

    RequestReader& reader() { return reader_; }
    [[nodiscard]] bool goes_on() const { return step_ != Step::done && step_ != Step::refused; }

  private:
    RequestReader reader_;
    std::vector<char> shared_ = std::vector<char>(k_piece);
    Input input_;
    Fd ours_;
    Fd theirs_;
    std::optional<Channel> channel_;
    Step step_ = Step::needs_head;
};

enum class Sent { declared, chunked };

std::string head_for(Sent sent, std::size_t size) {
    return "POST /a HTTP/1.1\r\nHost: h\r\n" +
           (sent == Sent::chunked ? "Transfer-Encoding: chunked"
                                  : "Content-Length: " + std::to_string(size)) +
           "\r\n\r\n";
}

std::string piece_for(Sent sent) {
    const std::string bytes(k_piece, 'x');
    return sent == Sent::chunked ? "10000\r\n" + bytes + "\r\n" : bytes;
}

/// Sends `clients` bodies of `size` in turn; returns the most that the budget ever counted.
std::uint64_t send_all(Door& door, std::vector<std::unique_ptr<Client>>& clients, Sent sent,
                       std::size_t size) {
    const std::string piece = piece_for(sent);
    std::uint64_t most = 0;
    for (const auto& client : clients) {
        client->arrive(head_for(sent, size));
    }
    for (std::size_t at = 0; at < size; at += k_piece) {
        for (const auto& client : clients) {
            client->arrive(piece);
            most = std::max(most, door.budget->used());
        }
    }
    for (const auto& client : clients) {
        if (client->goes_on() && sent == Sent::chunked) {
            client->arrive("0\r\n\r\n");
        }
    }
    return most;
}

std::vector<std::unique_ptr<Client>> make_clients(Door& door, int count) {
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < count; ++i) {
        clients.push_back(std::make_unique<Client>(door));
    }
    return clients;
}

}  // namespace

TEST_CASE("T016 eight bodies of 30 MiB at once hold less than 64 MiB, whatever the limit is") {
    Silent service;
    for (const std::size_t limit : {25 * k_mib, 40 * k_mib}) {
        for (const Sent sent : {Sent::declared, Sent::chunked}) {
            Limits limits;
            limits.body_bytes = limit;
            Door door(limits, service, nullptr);
            auto clients = make_clients(door, 8);
            const std::uint64_t most = send_all(door, clients, sent, 30 * k_mib);
            CAPTURE(limit, sent);
            CHECK(most < 60 * k_mib);
            if (limit < 30 * k_mib) {
                CHECK(std::none_of(clients.begin(), clients.end(), [](const auto& client) {
                    return client->arrive("") == Step::done;
                }));
                // Declared, not one byte of a body was taken.
                CHECK((sent == Sent::declared) == (most == 0));
            }
            // What was refused holds nothing any more; a request has what it took.
            std::uint64_t taken = 0;
            for (const auto& client : clients) {
                if (client->arrive("") == Step::done) {
                    taken += client->reader().take_request().body.size();
                }
            }
            CHECK(door.budget->used() == taken);
        }
    }
}

TEST_CASE("T016 while strangers' large bodies fill their budget a small one is read") {
    Silent service;
    Limits limits;
    Door door(limits, service, nullptr);
    auto strangers = make_clients(door, 4);
    for (const auto& stranger : strangers) {
        stranger->arrive(head_for(Sent::chunked, 0));
    }
    const std::string piece = piece_for(Sent::chunked);
    for (int i = 0; i < 24 * 16; ++i) {
        for (const auto& stranger : strangers) {
            stranger->arrive(piece);
        }
    }
    Client large(door);
    CHECK(large.arrive(head_for(Sent::declared, 25 * k_mib)) == Step::refused);
    CHECK(large.reader().take_refusal().status == 503);
    Client small(door);
    small.arrive(head_for(Sent::declared, k_mib));
    CHECK(small.arrive(std::string(k_mib, 'x')) == Step::done);
}

TEST_CASE("T016 a large body is moved once in memory, and never held twice") {
    Silent service;
    for (const Sent sent : {Sent::declared, Sent::chunked}) {
        constexpr std::size_t k_size = 25 * k_mib;
        Framing framing;
        framing.chunked = sent == Sent::chunked;
        framing.content_length =
            framing.chunked ? std::nullopt : std::optional<std::uint64_t>(k_size);
        RequestParser parser;
        REQUIRE(parser.read_head(head_for(sent, k_size), framing));
        std::string body;
        BodyCharge charge(std::make_shared<BodyBudget>(k_mib, k_size), 0);
        parser.expect_body(body, charge, nullptr, k_size);
        const std::string piece = piece_for(sent);
        std::string unread;
        int moves = 0;
        for (std::size_t at = 0; at < k_size; at += k_piece) {
            const char* const before = body.data();
            const bool was_large = body.size() > k_piece;
            unread += piece;
            unread.erase(0, parser.read_body(unread).value());
            moves += was_large && body.data() != before && body.size() > k_small_body_bytes ? 1 : 0;
        }
        CHECK(body.size() == k_size);
        CHECK(body.capacity() == k_size);
        CHECK(moves == 1);
    }
}

TEST_CASE("a body is seen as it comes, and the request brings along who saw it") {
    Observing service;
    Door door(Limits{}, service, nullptr);
    for (const Sent sent : {Sent::declared, Sent::chunked}) {
        Client client(door);
        client.arrive(head_for(sent, 3 * k_piece));
        for (int i = 0; i < 3; ++i) {
            client.arrive(piece_for(sent));
        }
        const Step last = sent == Sent::chunked ? client.arrive("0\r\n\r\n") : client.arrive("");
        REQUIRE(last == Step::done);
        const Request request = client.reader().take_request();
        const bool same = std::static_pointer_cast<Sum>(request.observer)->seen == request.body;
        CHECK(same);
        CHECK(request.body.size() == 3 * k_piece);
    }
    CHECK(service.asked == 2);
}

TEST_CASE("nobody is asked to look at a body that is not there or not wanted") {
    Observing service;
    Door door(Limits{}, service, nullptr);
    Client empty(door);
    CHECK(empty.arrive("GET /a HTTP/1.1\r\nHost: h\r\n\r\n") == Step::done);
    CHECK(empty.reader().take_request().observer == nullptr);
    Client refused(door);
    CHECK(refused.arrive("POST /refused HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nabcde") ==
          Step::refused);
    Client large(door);
    CHECK(large.arrive(head_for(Sent::declared, 26 * k_mib)) == Step::refused);
    CHECK(service.asked == 0);
}
