// Signatures that are made while a body comes decide as those made of the whole.
#include "webhook/body_signing.hpp"

#include "core/base/text.hpp"
#include "tests/unit/webhook/requests.hpp"

#include <map>
#include <memory>

using namespace hookd;
using namespace hookd::test;

namespace {

const std::string k_token = "whsec_" + std::string("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");

std::string_view secret_for(const Provider& provider) {
    return provider.name == "standard" ? k_token : k_secret_a;
}

std::shared_ptr<const EndpointTable> table_of_all() {
    config::Configuration configuration;
    for (const Provider* const provider : providers()) {
        config::Endpoint made = endpoint("/" + std::string(provider->name),
                                         std::string(provider->name), k_secret_b, {"**"});
        made.secrets.clear();
        // The second of two counts as well.
        made.secrets.push_back({config::Secret("whsec_" + std::string(32, 'A')), std::nullopt});
        made.secrets.push_back({config::Secret(std::string(secret_for(*provider))), std::nullopt});
        configuration.endpoints.push_back(std::move(made));
    }
    return std::make_shared<const EndpointTable>(configuration);
}

/// What a request is answered whose body came in pieces of `size`.
int status_in_pieces(const std::shared_ptr<const EndpointTable>& table,
                     const http::Request& request, std::size_t size) {
    BodySigning signing(table, request.head);
    const std::string_view body = request.body;
    for (std::size_t at = 0; at < body.size(); at += size) {
        signing.take(body.substr(at, size));
    }
    const auto refusal =
        judge_sender(*table, signing.endpoint(), request, k_now, signing.finish()).refusal;
    return refusal ? refusal->status : 202;
}

http::Request push_from(const Provider& provider) {
    const std::string zeros(40, '0');
    const std::string id(40, 'a');
    const MadeUpPush push{"acme/a", "refs/heads/main", zeros, id};
    const PushBody body = provider.make_push(push, k_now).value();
    return sent("/" + std::string(provider.name), provider.name, body.event, secret_for(provider),
                body.json);
}

/// The same JSON in a form, signed as the provider signs that.
http::Request in_form(const Provider& provider) {
    http::Request request = push_from(provider);
    std::string form = "payload=";
    for (const char c : request.body) {
        const auto byte = static_cast<std::uint8_t>(c);
        form += "%" + to_hex({&byte, 1});
    }
    const std::string event =
        std::string(request.head.headers.only(provider.event_header).value_or(""));
    request.head.headers =
        provider.sign({event, "delivery-1", request.body, secret_for(provider), k_now, form})
            .value();
    request.body = form;
    return request;
}

}  // namespace

TEST_CASE("a signature made piece by piece decides as one over the whole body") {
    const auto table = table_of_all();
    for (const Provider* const provider : providers()) {
        INFO(provider->name);
        const http::Request request = push_from(*provider);
        http::Request changed = request;
        changed.body.back() = ' ';
        changed.body += "}";
        for (const std::size_t size : {1U, 64U, 100'000U}) {
            CHECK(status_in_pieces(table, request, size) == 202);
            const bool is_signed = provider->name != "gitlab";  // its token proves without the body
            CHECK(status_in_pieces(table, changed, size) == (is_signed ? 401 : 202));
        }
    }
}

TEST_CASE("what a form holds is signed where that is what the provider signs") {
    const auto table = table_of_all();
    int tried = 0;
    for (const Provider* const provider : providers()) {
        if (provider->forms == Forms::refused) {
            continue;
        }
        INFO(provider->name);
        ++tried;
        http::Request request = in_form(*provider);
        CHECK(status_in_pieces(table, request, 100) == 202);
        request.body += "&more=1";
        const bool over_json = provider->forms == Forms::signed_json;
        CHECK(status_in_pieces(table, request, 100) == (over_json ? 202 : 401));
    }
    CHECK(tried >= 2);
}

TEST_CASE("T004 an unknown endpoint's body is signed while it comes, as often as a known one's") {
    const auto table = table_of_all();
    http::Request request = push_from(*find_provider("github"));
    request.head.target = "/nobody";
    BodySigning signing(table, request.head);
    signing.take(request.body);
    CHECK(signing.endpoint() == nullptr);
    const BodySignatures made = signing.finish();
    CHECK(made.under_keys.empty());
    CHECK(made.work.over_sent[static_cast<std::size_t>(Hash::sha256)] == 2);
    for (const Provider* const provider : providers()) {
        INFO(provider->name);
        request.head.target = "/" + std::string(provider->name);
        BodySigning known(table, request.head);
        known.take(request.body);
        const BodySignatures under = known.finish();
        CHECK(under.under_keys.size() == 2);
        CHECK(under.work == made.work);
    }
    request.head.target = "/nobody";
    CHECK(status_in_pieces(table, request, 100) == 401);
}
