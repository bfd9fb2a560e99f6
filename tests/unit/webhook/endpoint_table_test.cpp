#include "webhook/endpoint_table.hpp"

#include "tests/support/catch.hpp"

using namespace hookd;
using namespace hookd::webhook;

namespace {

config::Configuration with(const std::string& provider, const std::vector<std::string>& secrets) {
    config::Configuration configuration;
    config::Endpoint endpoint{"/hooks/x", provider, {}, {"acme/*"}};
    for (const std::string& secret : secrets) {
        endpoint.secrets.push_back({config::Secret(secret), std::nullopt});
    }
    configuration.endpoints.push_back(std::move(endpoint));
    return configuration;
}

}  // namespace

TEST_CASE("every secret of an endpoint becomes a key of its provider's form") {
    const EndpointTable table(
        with("gitlab", {"a secret of some length", "whsec_AAAAAAAAAAAAAAAA"}));
    CHECK(table.problems().empty());
    const Endpoint* const endpoint = table.find("/hooks/x");
    REQUIRE(endpoint != nullptr);
    REQUIRE(endpoint->keys.size() == 2);
    CHECK(endpoint->keys[0].form() == KeyForm::raw);
    CHECK(endpoint->keys[1].form() == KeyForm::standard_webhooks);
    // For GitHub a secret is a text, whatever it looks like.
    const EndpointTable github(with("github", {"whsec_AAAAAAAAAAAAAAAA"}));
    CHECK(github.find("/hooks/x")->keys[0].form() == KeyForm::raw);
}

TEST_CASE("a signing token that is none opens nothing and is told, but not shown") {
    const EndpointTable table(with("gitlab", {"whsec_this is no base64"}));
    REQUIRE(table.problems().size() == 1);
    CHECK(table.problems()[0].find("/hooks/x") != std::string::npos);
    CHECK(table.problems()[0].find("this is no") == std::string::npos);
    REQUIRE(table.find("/hooks/x") != nullptr);
    CHECK(table.find("/hooks/x")->keys.empty());
}

TEST_CASE("an unknown provider and a path that is taken are told") {
    CHECK(EndpointTable(with("sourceforge", {"a secret of some length"})).problems().size() == 1);
    auto twice = with("github", {"a secret of some length"});
    twice.endpoints.push_back(config::Endpoint{"/hooks/x", "gitlab", {}, {}});
    const EndpointTable table(twice);
    CHECK(table.problems().size() == 1);
    CHECK(table.find("/hooks/x")->provider->name == "github");
}
