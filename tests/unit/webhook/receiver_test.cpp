// The receiver behind a real listener on loopback.
#include "webhook/receiver.hpp"

#include "core/http/client.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"
#include "tests/unit/webhook/payloads.hpp"

#include <netinet/in.h>
#include <nlohmann/json.hpp>
#include <sys/socket.h>

#include <algorithm>
#include <future>
#include <mutex>
#include <thread>

using namespace hookd;
using namespace hookd::webhook;
using Json = nlohmann::json;

namespace {

constexpr std::string_view k_secret = "a secret of some length";
constexpr std::string_view k_other_secret = "another secret of some length";

config::Configuration configuration(std::string_view secret, std::uint64_t body_bytes = 1 << 20) {
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

class Listener {
  public:
    explicit Listener(queue::Intake intake)
        : receiver_(current_, std::move(intake), clock_, log_), server_(log_) {
        port_ = server_.listen(http::TcpAddress{"127.0.0.1", 0}, http::Limits{}, receiver_).value();
        server_.start();
    }
    ~Listener() { server_.stop(Milliseconds(5'000)); }
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    void reload(config::Configuration next) { current_.replace(std::move(next)); }
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
    config::Current current_{configuration(k_secret)};
    Receiver receiver_;
    http::Server server_;
    std::uint16_t port_ = 0;
};

queue::Accepted one_event(std::size_t runs) {
    queue::AcceptedEvent event{EventId("01ARZ3NDEKTSV4RRFFQ69G5FAV"), false, {}};
    event.runs.resize(runs);
    return {false, {event}};
}

/// Sends bytes as they are and returns the answer's status line, without sending any more.
std::string raw_exchange(std::uint16_t port, const std::string& bytes) {
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

std::string push() {
    return test::read_data("payloads/github/push.json");
}

}  // namespace

TEST_CASE("T023 a delivery is answered only once it is durable") {
    HeldIntake held;
    const Listener listener(held.intake());
    auto answered = std::async(std::launch::async,
                               [&] { return http::send(listener.request(push())).value(); });
    const auto arrived = held.take();
    CHECK(arrived.delivery.body == push());
    CHECK(arrived.delivery.key == "delivery-1");
    CHECK(arrived.delivery.peer == "127.0.0.1");
    CHECK(arrived.delivery.received_at == ManualClock().wall());
    REQUIRE(arrived.events.size() == 1);
    CHECK(arrived.events.front().branch == "master");
    CHECK(answered.wait_for(std::chrono::milliseconds(50)) == std::future_status::timeout);
    std::thread([&] { arrived.done(one_event(2)); }).join();
    const auto response = answered.get();
    CHECK(response.status == 202);
    CHECK(Json::parse(response.body) ==
          Json::parse(R"({"events": ["01ARZ3NDEKTSV4RRFFQ69G5FAV"], "runs": 2})"));
}

TEST_CASE("T023 where the queue cannot store it, the sender is told to come again") {
    const Listener listener(
        [](const queue::Delivery&, const std::vector<Event>&, const queue::AcceptDone& done) {
            done(fail(ErrorCode::unavailable, "the disk is full"));
        });
    const auto response = http::send(listener.request(push())).value();
    CHECK(response.status == 503);
    CHECK(response.body.find("disk") == std::string::npos);
}

TEST_CASE("a ping is answered with a pong") {
    const Listener listener([](const queue::Delivery&, const std::vector<Event>&,
                               const queue::AcceptDone& done) { done(queue::Accepted{}); });
    const auto ping = test::read_data("payloads/github/ping.json");
    const auto response = http::send(listener.request(ping, k_secret, "ping")).value();
    CHECK(response.status == 200);
    CHECK(Json::parse(response.body) == Json::parse(R"({"pong": true})"));
}

TEST_CASE("what is refused does not reach the queue") {
    HeldIntake held;
    const Listener listener(held.intake());
    const auto status_of = [](const http::ClientRequest& request) {
        return http::send(request).value().status;
    };
    CHECK(status_of(listener.request(push(), k_other_secret)) == 401);
    CHECK(status_of(listener.request("{}")) == 400);
    auto unknown = listener.request(push());
    unknown.url += "/other";
    CHECK(status_of(unknown) == 401);
    auto get = listener.request("");
    get.method = "GET";
    CHECK(status_of(get) == 405);
    auto text = listener.request(push());
    std::erase_if(text.headers, [](const auto& header) { return header.first == "Content-Type"; });
    text.headers.emplace_back("Content-Type", "text/plain");
    CHECK(status_of(text) == 415);
    CHECK(held.size() == 0);
}

TEST_CASE("T004 over the wire an unknown endpoint answers as a wrong signature does") {
    HeldIntake held;
    const Listener listener(held.intake());
    const auto wrong = listener.request(push(), k_other_secret);
    auto unknown = wrong;
    unknown.url += "/other";
    const auto first = http::send(wrong).value();
    const auto second = http::send(unknown).value();
    CHECK(first.status == second.status);
    CHECK(first.body == second.body);
}

TEST_CASE("a request without a signature is refused before its body was sent") {
    HeldIntake held;
    const Listener listener(held.intake());
    const std::string head =
        "POST /hooks/acme HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(listener.port()) +
        "\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n";
    CHECK(raw_exchange(listener.port(), head) == "HTTP/1.1 401 Unauthorized");
}

TEST_CASE("a body beyond the configured limit is refused before it was sent") {
    HeldIntake held;
    const Listener listener(held.intake());
    const std::string head =
        "POST /hooks/acme HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(listener.port()) +
        "\r\nContent-Type: application/json\r\nX-Hub-Signature-256: sha256=" +
        std::string(64, 'a') + "\r\nContent-Length: 1048577\r\n\r\n";
    CHECK(raw_exchange(listener.port(), head).starts_with("HTTP/1.1 413 "));
}

TEST_CASE("a reload changes endpoints and limits for the next request") {
    Listener listener([](const queue::Delivery&, const std::vector<Event>&,
                         const queue::AcceptDone& done) { done(one_event(0)); });
    const auto status_of = [&](std::string_view secret) {
        return http::send(listener.request(push(), secret)).value().status;
    };
    CHECK(status_of(k_secret) == 202);
    CHECK(status_of(k_other_secret) == 401);
    listener.reload(configuration(k_other_secret));
    CHECK(status_of(k_secret) == 401);
    CHECK(status_of(k_other_secret) == 202);
    listener.reload(configuration(k_other_secret, 100));
    CHECK(status_of(k_other_secret) == 413);
    listener.reload(config::Configuration{});
    CHECK(status_of(k_other_secret) == 401);
}
