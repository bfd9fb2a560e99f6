#pragma once

#include "core/base/fd.hpp"
#include "core/http/client.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"
#include "tests/unit/webhook/payloads.hpp"
#include "webhook/receiver.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

// The receiver behind a real listener on loopback, and what stands behind it in a test.
namespace hookd::test {

using namespace hookd::webhook;

inline constexpr std::string_view k_secret = "a secret of some length";
inline constexpr std::string_view k_other_secret = "another secret of some length";

inline config::Configuration configuration(std::string_view secret,
                                           std::uint64_t body_bytes = 1 << 20) {
    config::Configuration made;
    made.server.limits.body_bytes = body_bytes;
    config::Endpoint endpoint{"/hooks/acme", "github", {}, {"Codertocat/*"}};
    endpoint.secrets.push_back({config::Secret(std::string(secret)), std::nullopt});
    made.endpoints.push_back(std::move(endpoint));
    return made;
}

/// Takes what arrives and holds it until a test answers.
class HeldIntake {
  public:
    struct Arrived {
        queue::Delivery delivery;
        std::vector<Event> events;
        queue::AcceptDone done;
    };

    queue::Intake intake() {
        return [this](queue::Delivery delivery, std::vector<Event> events, queue::AcceptDone done) {
            const std::lock_guard lock(mutex_);
            arrived_.push_back({std::move(delivery), std::move(events), std::move(done)});
        };
    }
    std::size_t size() {
        const std::lock_guard lock(mutex_);
        return arrived_.size();
    }
    /// Waits for the next one.
    Arrived take() {
        REQUIRE(test::eventually([this] { return size() > 0; }));
        const std::lock_guard lock(mutex_);
        Arrived first = std::move(arrived_.front());
        arrived_.erase(arrived_.begin());
        return first;
    }

  private:
    std::mutex mutex_;
    std::vector<Arrived> arrived_;
};

/// Keeps what was refused.
class KeptRecords {
  public:
    queue::Record record() {
        return [this](queue::Delivery delivery, const queue::RecordDone& done) {
            const std::lock_guard lock(mutex_);
            kept_.push_back(std::move(delivery));
            done({});
        };
    }
    [[nodiscard]] std::vector<queue::Delivery> all() const {
        const std::lock_guard lock(mutex_);
        return kept_;
    }

  private:
    mutable std::mutex mutex_;
    std::vector<queue::Delivery> kept_;
};

class Listener {
  public:
    explicit Listener(queue::Intake intake, config::Configuration first = configuration(k_secret))
        : current_(std::move(first)),
          receiver_(current_, std::move(intake), kept_.record(), clock_, log_),
          server_(log_) {
        port_ = server_.listen(http::TcpAddress{"127.0.0.1", 0}, http::Limits{}, receiver_).value();
        server_.start();
    }
    ~Listener() { server_.stop(Milliseconds(5'000)); }
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    void reload(config::Configuration next) { current_.replace(std::move(next)); }
    ManualClock& clock() { return clock_; }
    [[nodiscard]] std::vector<queue::Delivery> refused() const { return kept_.all(); }
    [[nodiscard]] std::uint16_t port() const { return port_; }

    [[nodiscard]] http::ClientRequest request(const std::string& body,
                                              std::string_view secret = k_secret,
                                              const std::string& event = "push") const {
        http::ClientRequest made;
        made.method = "POST";
        made.url = "http://127.0.0.1:" + std::to_string(port_) + "/hooks/acme";
        made.headers = find_provider("github")
                           ->sign({event, "delivery-1", body, secret, clock_.wall()})
                           .value()
                           .all();
        made.body = body;
        return made;
    }

  private:
    Log log_{Log::Format::text, Log::Level::error};
    ManualClock clock_;
    KeptRecords kept_;
    config::Current current_;
    Receiver receiver_;
    http::Server server_;
    std::uint16_t port_ = 0;
};

inline queue::Accepted one_event(std::size_t runs) {
    queue::AcceptedEvent event{EventId("01ARZ3NDEKTSV4RRFFQ69G5FAV"), false, {}};
    event.runs.resize(runs);
    queue::Accepted accepted;
    accepted.events.push_back(std::move(event));
    return accepted;
}

/// Sends bytes as they are and returns the answer's status line, without sending any more.
inline std::string raw_exchange(std::uint16_t port, const std::string& bytes) {
    const Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) ==
            0);
    REQUIRE(::send(socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
            static_cast<ssize_t>(bytes.size()));
    std::string answer;
    std::array<char, 4096> buffer{};
    while (answer.find("\r\n") == std::string::npos) {
        const ssize_t got = ::recv(socket.get(), buffer.data(), buffer.size(), 0);
        if (got <= 0) {
            break;
        }
        answer.append(buffer.data(), static_cast<std::size_t>(got));
    }
    return answer.substr(0, answer.find("\r\n"));
}

inline std::string push() {
    return test::read_data("payloads/github/push.json");
}

}  // namespace hookd::test
