// The examples of generic senders in config/examples do what their comments say.
#include "core/base/file.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/config/configuration_folder.hpp"
#include "webhook/endpoint_table.hpp"

using namespace hookd;
using namespace hookd::webhook;

namespace {

config::Configuration load_example(const std::string& name) {
    test::ConfigurationFolder folder;
    const auto text =
        read_file(std::string(HOOKD_SOURCE_DIR) + "/config/examples/generic/" + name + ".yaml");
    folder.write("repos.d/shop.yaml", text.value());
    folder.write("secrets/" + name, test::ConfigurationFolder::k_secret,
                 std::filesystem::perms(0600));
    auto loaded = folder.load();
    if (const auto* const problems = std::get_if<config::Problems>(&loaded)) {
        FAIL(to_text(problems->front()));
    }
    return std::get<config::Configuration>(std::move(loaded));
}

std::vector<Event> events_of(const std::string& example, std::string_view event,
                             std::string_view body) {
    const EndpointTable endpoints(load_example(example));
    const Endpoint* const endpoint = endpoints.find(
        example == "registry" ? "/hooks/generic/acme/shop" : "/hooks/generic/acme/tools");
    REQUIRE(endpoint != nullptr);
    REQUIRE(endpoint->keys.size() == 1);
    auto events = endpoint->provider->normalize({event, body, nullptr, endpoint->sender.get()});
    if (!events) {
        FAIL(events.error().message);
    }
    return *std::move(events);
}

}  // namespace

TEST_CASE("the example of a container registry makes a release of a pushed image") {
    const auto events = events_of("registry", "", R"({"type": "image.pushed",
        "image": {"name": "shop", "tag": "v1.4.0", "page": "https://registry.acme.test/x"},
        "by": {"account": "ann"}})");
    REQUIRE(events.size() == 1);
    CHECK(events[0].kind == EventKind::release);
    CHECK(events[0].change == "published");
    CHECK(events[0].repository.text() == "acme/shop");
    CHECK(events[0].release->tag == "v1.4.0");
    CHECK(events[0].release->url == "https://registry.acme.test/x");
    CHECK(events[0].actor->login == "ann");
    CHECK(events_of("registry", "", R"({"type": "image.scanned"})").at(0).kind == EventKind::other);
}

TEST_CASE("the example of a build server makes an event of each ref that it found moved") {
    const std::string id(40, 'a');
    const std::string body = R"({"job": "tools", "found": [
        {"name": "branch main", "was": ")" +
                             std::string(40, 'b') + R"(", "is": ")" + id + R"("},
        {"name": "tag v2", "was": null, "is": ")" +
                             id + R"("}]})";
    const auto events = events_of("builds", "poll.changed", body);
    REQUIRE(events.size() == 2);
    CHECK(events[0].ref == "refs/heads/main");
    CHECK(events[0].change == "updated");
    CHECK(events[1].ref == "refs/tags/v2");
    CHECK(events[1].change == "created");
    CHECK(events[1].repository.text() == "acme/tools");
    const auto others = events_of("builds", "poll.failed", "{}");
    REQUIRE(others.size() == 1);
    CHECK(others[0].repository.text().empty());
}
