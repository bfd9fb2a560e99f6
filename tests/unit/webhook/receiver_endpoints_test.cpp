// What an endpoint's settings do to requests that come over the wire.
#include "tests/unit/webhook/receiving.hpp"

#include <nlohmann/json.hpp>

#include <atomic>
#include <functional>
#include <future>
#include <optional>
#include <thread>

using namespace hookd;
using namespace hookd::test;
using Json = nlohmann::json;

namespace {

queue::Intake accepting() {
    return [](const queue::Delivery&, const std::vector<Event>&, const queue::AcceptDone& done) {
        done(one_event(0));
    };
}

/// With the endpoint changed.
config::Configuration changed(const std::function<void(config::Endpoint&)>& change) {
    auto made = configuration(k_secret);
    change(made.endpoints.front());
    return made;
}

/// A second endpoint, /hooks/other, with the same secret.
config::Configuration with_other(config::Configuration made) {
    config::Endpoint other{"/hooks/other", "github", {}, {"Codertocat/*"}};
    other.secrets.push_back({config::Secret(std::string(k_secret)), std::nullopt});
    made.endpoints.push_back(std::move(other));
    return made;
}

http::ClientRequest with_body(const Listener& listener, int number) {
    auto body = Json::parse(push());
    body["number"] = number;
    return listener.request(body.dump());
}

http::ClientRequest at_other(http::ClientRequest request) {
    request.url.replace(request.url.find("/hooks/"), std::string::npos, "/hooks/other");
    return request;
}

}  // namespace

TEST_CASE("T022 one endpoint that floods is told when to come again, and the others hear nothing") {
    const auto limited = [] {
        return with_other(changed([](config::Endpoint& acme) {
            acme.rate = config::RateLimit{60, 3};
        }));
    };
    Listener listener(accepting(), limited());
    int number = 0;
    for (int i = 0; i < 3; ++i) {
        CHECK(http::send(with_body(listener, ++number))->status == 202);
    }
    listener.clock().advance(Milliseconds(100));
    const auto over = http::send(with_body(listener, ++number)).value();
    CHECK(over.status == 429);
    CHECK(over.header("retry-after") == "1");
    for (int i = 0; i < 10; ++i) {
        CHECK(http::send(at_other(with_body(listener, ++number)))->status == 202);
    }
    // A reload forgives nothing.
    listener.reload(limited());
    CHECK(http::send(with_body(listener, ++number))->status == 429);
    listener.clock().advance(Milliseconds(900));
    CHECK(http::send(with_body(listener, ++number))->status == 202);
    CHECK(http::send(with_body(listener, ++number))->status == 429);

    const auto refused = listener.refused();
    REQUIRE(refused.size() == 3);
    CHECK(refused[0].verdict ==
          queue::Verdict{queue::Verdict::Kind::refused, 429, "rate",
                         "too many deliveries at this endpoint; send it again"});
    CHECK(Json::parse(refused[0].body)["number"] == 4);
}

TEST_CASE("T022 strangers use up nobody's rate and see no sign of it") {
    Listener listener(accepting(), changed([](config::Endpoint& acme) {
                          acme.rate = config::RateLimit{60, 1};
                      }));
    std::optional<http::ClientResponse> first;
    for (int i = 0; i < 20; ++i) {
        const auto answer = http::send(listener.request(push(), k_other_secret)).value();
        if (!first) {
            first = answer;
        }
        CHECK(answer.status == 401);
        CHECK(answer.body == first->body);
    }
    CHECK(http::send(listener.request(push()))->status == 202);
    CHECK(http::send(with_body(listener, 1))->status == 429);
    CHECK(http::send(listener.request(push(), k_other_secret))->body == first->body);
}

TEST_CASE(
    "T004 a refused peer, an unknown endpoint and a wrong signature answer byte for byte alike") {
    const Listener listener(accepting(),
                            changed([](config::Endpoint& acme) { acme.peers = {"192.0.2.0/24"}; }));
    const auto peer = http::send(listener.request(push())).value();
    CHECK(peer.status == 401);
    auto elsewhere = listener.request(push());
    elsewhere.url += "/none";
    for (const auto& request : {listener.request(push(), k_other_secret), elsewhere}) {
        const auto other = http::send(request).value();
        CHECK(other.status == peer.status);
        CHECK(other.body == peer.body);
        auto headers = other.headers;
        auto expected = peer.headers;
        const auto is_date = [](const auto& header) { return header.first == "date"; };
        std::erase_if(headers, is_date);
        std::erase_if(expected, is_date);
        CHECK(headers == expected);
    }
}

TEST_CASE("T011 behind a listed proxy the peer that it names is judged and recorded") {
    const auto behind = [](std::vector<std::string> proxies) {
        auto made = changed([](config::Endpoint& acme) { acme.peers = {"192.0.2.0/24"}; });
        made.server.proxies = std::move(proxies);
        return made;
    };
    HeldIntake held;
    Listener listener(held.intake(), behind({"127.0.0.0/8"}));
    auto request = listener.request(push());
    request.headers.emplace_back("X-Forwarded-For", "203.0.113.1, 192.0.2.7");
    auto answered = std::async(std::launch::async, [&] { return http::send(request).value(); });
    const auto arrived = held.take();
    CHECK(arrived.delivery.peer == "192.0.2.7");
    CHECK(arrived.events.front().source.peer == "192.0.2.7");
    arrived.done(one_event(0));
    CHECK(answered.get().status == 202);
    // From anybody else the header is only a claim.
    listener.reload(behind({"10.0.0.1"}));
    CHECK(http::send(request)->status == 401);
    const auto refused = listener.refused();
    REQUIRE(refused.size() == 1);
    CHECK(refused[0].peer == "127.0.0.1");
    CHECK(refused[0].verdict.reason == "refused_peer");
}

TEST_CASE("what a proven sender was refused is kept whole, with why") {
    const Listener listener(accepting());
    CHECK(http::send(listener.request("{}"))->status == 400);
    auto foreign = Json::parse(push());
    foreign["repository"]["full_name"] = "mallory/shop";
    CHECK(http::send(listener.request(foreign.dump()))->status == 403);
    const auto refused = listener.refused();
    REQUIRE(refused.size() == 2);
    CHECK(refused[0].body == "{}");
    CHECK(refused[0].verdict.status == 400);
    CHECK(refused[0].verdict.reason == "unreadable");
    CHECK(refused[1].body == foreign.dump());
    CHECK(refused[1].source == "/hooks/acme");
    CHECK(refused[1].provider == "github");
    CHECK(refused[1].key == "delivery-1");
    CHECK(refused[1].event == "push");
    CHECK(refused[1].verdict == queue::Verdict{queue::Verdict::Kind::refused, 403,
                                               "forbidden_repository",
                                               "this endpoint may not speak for \"mallory/shop\""});
}

TEST_CASE("of strangers a sample is kept, without bodies and without names that they made up") {
    Listener listener(accepting());
    auto elsewhere = listener.request(push());
    elsewhere.url += "/none?token=hush";
    CHECK(http::send(elsewhere)->status == 401);
    CHECK(http::send(listener.request(push(), k_other_secret))->status == 401);
    auto get = listener.request("");
    get.method = "GET";
    CHECK(http::send(get)->status == 405);
    auto kept = listener.refused();
    REQUIRE(kept.size() == 2);
    for (const queue::Delivery& each : kept) {
        CHECK(each.verdict.kind == queue::Verdict::Kind::unproven);
        CHECK(each.body.empty());
    }
    CHECK(kept[0].source == "unknown");
    CHECK(kept[0].verdict.detail == "unknown endpoint: \"/hooks/acme/none\"");
    CHECK(kept[1].source == "/hooks/acme");
    CHECK(kept[1].verdict.reason == "wrong_signature");
    for (int i = 0; i < 100; ++i) {
        CHECK(http::send(listener.request(push(), k_other_secret))->status == 401);
    }
    CHECK(listener.refused().size() == 20);
    listener.clock().advance(std::chrono::minutes(1));
    CHECK(http::send(elsewhere)->status == 401);
    CHECK(listener.refused().size() == 21);
}

TEST_CASE("T017 a client that waits for leave gets it after the cheap checks, wherever it knocks") {
    const Listener listener(accepting());
    const auto ask = [&](const std::string& target, const std::string& headers) {
        return raw_exchange(listener.port(), "POST " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" +
                                                 headers + "Expect: 100-continue\r\n\r\n");
    };
    const std::string proof = "X-Hub-Signature-256: sha256=" + std::string(64, 'a') + "\r\n";
    const std::string json = "Content-Type: application/json\r\n";
    for (const char* target : {"/hooks/acme", "/hooks/none"}) {
        INFO(target);
        CHECK(ask(target, json + proof + "Content-Length: 2\r\n") == "HTTP/1.1 100 Continue");
        CHECK(ask(target, json + "Content-Length: 2\r\n").starts_with("HTTP/1.1 401 "));
        CHECK(ask(target, proof + "Content-Length: 2\r\n").starts_with("HTTP/1.1 415 "));
        CHECK(ask(target, json + proof + "Content-Encoding: gzip\r\nContent-Length: 2\r\n")
                  .starts_with("HTTP/1.1 415 "));
        CHECK(
            ask(target, json + proof + "Content-Length: 2000000\r\n").starts_with("HTTP/1.1 413 "));
        CHECK(ask(target, "Content-Type: multipart/form-data; boundary=x\r\n" + proof +
                              "Content-Length: 2\r\n")
                  .starts_with("HTTP/1.1 415 "));
    }
}

TEST_CASE("T009 while a secret is replaced under load no honest sender is turned away") {
    // old alone, then old with an end and new, then new alone: as an operator does it.
    const auto with_secrets = [](bool old, bool fresh, std::optional<WallTime> end) {
        return changed([&](config::Endpoint& acme) {
            acme.secrets.clear();
            if (fresh) {
                acme.secrets.push_back({config::Secret(std::string(k_other_secret)), std::nullopt});
            }
            if (old) {
                acme.secrets.push_back({config::Secret(std::string(k_secret)), end});
            }
        });
    };
    Listener listener(accepting(), with_secrets(true, false, {}));
    const WallTime end = listener.clock().wall() + std::chrono::hours(1);
    std::atomic<bool> has_new{false};
    std::atomic<bool> is_over{false};
    std::atomic<int> sent{0};
    std::atomic<int> turned_away{0};
    const auto old_request = listener.request(push());
    const auto new_request = listener.request(push(), k_other_secret);
    std::vector<std::thread> senders;
    for (int i = 0; i < 4; ++i) {
        senders.emplace_back([&, i] {
            while (!is_over) {
                const bool fresh = has_new && i % 2 == 0;
                const auto answer = http::send(fresh ? new_request : old_request);
                turned_away += answer && answer->status == 202 ? 0 : 1;
                ++sent;
            }
        });
    }
    const auto wait_for_more = [&] {
        const int before = sent;
        CHECK(test::eventually([&] { return sent >= before + 20; }));
    };
    wait_for_more();
    listener.reload(with_secrets(true, true, end));
    has_new = true;
    for (int i = 0; i < 20; ++i) {
        wait_for_more();
        listener.reload(with_secrets(true, true, end));
    }
    is_over = true;
    for (std::thread& each : senders) {
        each.join();
    }
    CHECK(turned_away == 0);
    // Judged when a request comes, not when the file was read.
    listener.clock().advance(std::chrono::hours(1) - Milliseconds(1));
    CHECK(http::send(old_request)->status == 202);
    listener.clock().advance(Milliseconds(1));
    CHECK(http::send(old_request)->status == 401);
    CHECK(http::send(new_request)->status == 202);
}
