// What becomes of every recorded delivery: tests/data/expected holds it field by field.
#include "tests/unit/webhook/payloads.hpp"

#include "config/digest.hpp"
#include "core/model/event_json.hpp"
#include "tests/support/catch.hpp"
#include "webhook/provider.hpp"

using namespace hookd;
using namespace hookd::webhook;

namespace {

/// The events as the expected files hold them: all fields but those that each arrival has anew.
nlohmann::json shown(const std::vector<Event>& events) {
    nlohmann::json all = nlohmann::json::array();
    for (const Event& event : events) {
        auto object = nlohmann::json::parse(to_json_text(event));
        object.erase("id");
        object.erase("source");
        all.push_back(std::move(object));
    }
    return all;
}

}  // namespace

TEST_CASE("the recorded deliveries are as they were recorded") {
    const auto all = test::recorded();
    CHECK(all.size() == 85);
    for (const auto& recorded : all) {
        INFO(recorded.file);
        CHECK(config::sha256_hex(recorded.body()) == recorded.sha256);
    }
}

TEST_CASE("every recorded delivery becomes the expected events") {
    for (const auto& recorded : test::recorded()) {
        INFO(recorded.file);
        const Provider* const provider = find_provider(recorded.provider);
        REQUIRE(provider != nullptr);
        CHECK(recorded.event_header == provider->event_header);
        const std::string body = recorded.body();
        const auto events = provider->normalize({recorded.event, body});
        REQUIRE(events);
        CHECK(shown(*events) == test::read_json_data("expected/" + recorded.file));
    }
}

TEST_CASE("what a provider signs it also trusts, under this secret and body alone") {
    for (const Provider* provider : providers()) {
        for (const std::string_view secret :
             {std::string_view("a secret of some length"),
              std::string_view("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")}) {
            INFO(provider->name << " " << secret);
            const WallTime now{std::chrono::seconds(1614265330)};
            std::vector<Key> keys;
            auto key = Key::make(secret, provider->key_form(secret));
            if (!key) {
                // The only one that takes signing tokens alone.
                CHECK(provider->name == "standard");
                CHECK_FALSE(provider->sign({"push", "delivery-1", "{}", secret, WallTime{}}));
                continue;
            }
            const auto headers = provider->sign({"push", "delivery-1", "{}", secret, now}).value();
            keys.push_back(*std::move(key));
            CHECK(provider->has_proof(headers));
            CHECK(provider->verify({headers, "{}", now}, keys) == Verdict::right);
            CHECK(
                (provider->event_header.empty() || headers.only(provider->event_header) == "push"));
            CHECK((provider->delivery_headers.empty() ||
                   headers.first(provider->delivery_headers.back()) == "delivery-1"));
            CHECK(headers.only("Content-Type") == "application/json");
            std::vector<Key> others;
            const std::string other =
                secret.starts_with("whsec_") ? "whsec_AAAA" : "another secret of some length";
            others.push_back(Key::make(other, provider->key_form(other)).value());
            CHECK(provider->verify({headers, "{}", now}, others) == Verdict::wrong);
            CHECK(provider->verify({headers, "{}", now}, {}) == Verdict::wrong);
        }
        CHECK_FALSE(provider->sign({"push", "delivery-1", "{}", "", WallTime{}}));
    }
}

TEST_CASE("a made-up push is read as that push, from every provider") {
    const std::string a(40, 'a');
    const std::string b(64, 'b');
    const std::string c(40, 'c');
    const std::string none40(40, '0');
    const std::string none64(64, '0');
    for (const Provider* provider : providers()) {
        for (const MadeUpPush& push : {MadeUpPush{"acme/shop", "refs/heads/main", a, c},
                                       MadeUpPush{"acme/shop", "refs/heads/feature/x", none40, a},
                                       MadeUpPush{"acme/shop", "refs/heads/main", b, none64},
                                       MadeUpPush{"acme/shop", "refs/tags/v1", none64, b},
                                       MadeUpPush{"acme/shop", "refs/tags/v1", a, none40}}) {
            INFO(provider->name << " " << push.ref << " " << push.before << " " << push.after);
            const auto body = provider->make_push(push, WallTime{}).value();
            const auto events = provider->normalize({body.event, body.json}).value();
            REQUIRE(events.size() == 1);
            CHECK(events[0].is_ref_change());
            CHECK(events[0].repository.text() == push.repository);
            CHECK(events[0].ref == push.ref);
            CHECK(events[0].before == push.before);
            CHECK(events[0].after == push.after);
            CHECK((events[0].kind == EventKind::tag) == push.ref.starts_with("refs/tags/"));
        }
    }
}

TEST_CASE("a body cut anywhere is refused in words") {
    for (const Provider* provider : providers()) {
        for (const auto& recorded : test::recorded(provider->name)) {
            const std::string body = recorded.body();
            const std::size_t end = body.find_last_of('}');
            for (std::size_t size = 0; size <= end; size += end / 11 + 1) {
                const auto events =
                    provider->normalize({recorded.event, std::string_view(body).substr(0, size)});
                REQUIRE_FALSE(events);
                CHECK(events.error().code == ErrorCode::invalid);
            }
        }
    }
}
