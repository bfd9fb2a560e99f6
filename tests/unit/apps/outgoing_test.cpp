#include "apps/hookctl/outgoing.hpp"

#include "core/base/file.hpp"
#include "core/http/message.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/config/configuration_folder.hpp"
#include "webhook/endpoint_table.hpp"
#include "webhook/provider.hpp"

#include <fstream>

using namespace hookd;
using namespace hookd::hookctl;

namespace {

constexpr WallTime k_now{Milliseconds{1'700'000'000'000}};

void write(const std::filesystem::path& file, std::string_view text) {
    std::ofstream(file, std::ios::binary) << text;
}

struct Files {
    test::TemporaryFolder folder;
    std::filesystem::path secret = folder.path() / "secret";
    std::filesystem::path body = folder.path() / "body.json";
    Files() {
        write(secret, "a secret of some length\n");
        write(body, R"({"a b": "&=+"})");
    }
    [[nodiscard]] Outgoing payload() const {
        return {"github", "push", secret, "d-1", body, {}, {}, {}, {}, false, "http://h/hooks/a"};
    }
    [[nodiscard]] Outgoing push() const {
        Outgoing outgoing = payload();
        outgoing.event.clear();
        outgoing.payload.clear();
        outgoing.repository = "acme/shop";
        outgoing.ref = "main";
        outgoing.after = std::string(40, 'a');
        return outgoing;
    }
};

http::Headers headers_of(const http::ClientRequest& request) {
    http::Headers headers;
    for (const auto& [name, value] : request.headers) {
        headers.add(name, value);
    }
    return headers;
}

/// Whether the receiver believes it.
bool is_right(const http::ClientRequest& request, std::string_view provider) {
    const webhook::Provider& of = *webhook::find_provider(provider);
    std::vector<webhook::Key> keys;
    constexpr std::string_view k_secret = "a secret of some length";
    keys.push_back(webhook::Key::make(k_secret, of.key_form(k_secret)).value());
    return of.verify({headers_of(request), request.body, k_now}, keys) == webhook::Verdict::right;
}

std::string problem_with(const Outgoing& outgoing) {
    const auto request = make_request(outgoing, k_now);
    return request ? "none" : request.error().message;
}

}  // namespace

TEST_CASE("a payload is sent byte for byte, and signed") {
    const Files files;
    const auto request = make_request(files.payload(), k_now).value();
    CHECK(request.method == "POST");
    CHECK(request.url == "http://h/hooks/a");
    CHECK(request.body == R"({"a b": "&=+"})");
    CHECK(headers_of(request).only("X-GitHub-Delivery") == "d-1");
    CHECK(is_right(request, "github"));
}

TEST_CASE("a form is sent encoded, and signed as this provider does") {
    const Files files;
    Outgoing outgoing = files.payload();
    outgoing.form = true;
    const auto request = make_request(outgoing, k_now).value();
    CHECK(request.body == "payload=%7B%22a+b%22%3A+%22%26%3D%2B%22%7D");
    CHECK(headers_of(request).only("Content-Type") == "application/x-www-form-urlencoded");
    CHECK(is_right(request, "github"));
    outgoing.provider = "gitlab";
    CHECK(problem_with(outgoing) == "gitlab sends no forms");
}

TEST_CASE("a made-up push is of a new branch where nothing says where it was") {
    const Files files;
    const auto request = make_request(files.push(), k_now).value();
    CHECK(headers_of(request).only("X-GitHub-Event") == "push");
    CHECK(is_right(request, "github"));
    const auto events = webhook::find_provider("github")->normalize({"push", request.body}).value();
    REQUIRE(events.size() == 1);
    CHECK(events[0].ref == "refs/heads/main");
    CHECK(events[0].change == "created");
}

TEST_CASE("what cannot be sent is told with what would be right") {
    const Files files;
    Outgoing none = files.payload();
    none.provider = "githb";
    CHECK(problem_with(none).find("known are github, gitlab") != std::string::npos);
    Outgoing nameless = files.payload();
    nameless.event.clear();
    CHECK(problem_with(nameless).find("X-GitHub-Event") != std::string::npos);
    Outgoing nothing = files.push();
    nothing.after.clear();
    CHECK(problem_with(nothing).find("--old or --new") != std::string::npos);
    Outgoing uneven = files.push();
    uneven.before = std::string(64, 'b');
    CHECK(problem_with(uneven).find("one length") != std::string::npos);
    Outgoing odd = files.push();
    odd.ref = "refs/heads/a..b";
    CHECK(problem_with(odd).find("is no ref") != std::string::npos);
    Outgoing server = files.push();
    server.provider = "bitbucket-server";
    server.repository = "a/b/c";
    CHECK(problem_with(server).find("PROJECT/slug") != std::string::npos);
}

TEST_CASE("as the sender of a configured endpoint a push is signed and written as it says") {
    test::ConfigurationFolder folder;
    folder.write("repos.d/shop.yaml",
                 "repository: acme/shop\n"
                 "webhook:\n"
                 "  provider: generic\n"
                 "  secret: {file: ../secrets/shop}\n"
                 "  generic:\n"
                 "    signature: {header: X-Sig, algorithm: sha512, prefix: \"v1:\"}\n"
                 "    headers: {event: X-Event, delivery: X-Id}\n"
                 "    map: {branch: /what/branch, before: /what/old, after: /what/new}\n");
    Outgoing outgoing;
    outgoing.endpoint = "/hooks/generic/acme/shop";
    outgoing.configuration = folder / "hookd.yaml";
    outgoing.url = "http://h/hooks/generic/acme/shop";
    outgoing.delivery = "d-1";
    outgoing.repository = "acme/shop";
    outgoing.ref = "main";
    outgoing.after = std::string(40, 'a');
    const auto request = make_request(outgoing, k_now).value();
    const auto headers = headers_of(request);
    CHECK(headers.only("X-Event") == "push");
    CHECK(headers.only("X-Id") == "d-1");
    CHECK(headers.only("X-Sig")->starts_with("v1:"));

    // The receiver of the same files believes it, and reads the push that was meant.
    const auto loaded = folder.load();
    const webhook::EndpointTable table(std::get<config::Configuration>(loaded));
    const webhook::Endpoint& endpoint = *table.find(outgoing.endpoint);
    CHECK(endpoint.provider->verify({headers, request.body, k_now, endpoint.sender.get()},
                                    endpoint.keys) == webhook::Verdict::right);
    const auto events =
        endpoint.provider->normalize({"push", request.body, &headers, endpoint.sender.get()})
            .value();
    REQUIRE(events.size() == 1);
    CHECK(events[0].repository.text() == "acme/shop");
    CHECK(events[0].ref == "refs/heads/main");
    CHECK(events[0].change == "created");

    Outgoing payload = outgoing;
    payload.payload = folder / "hookd.yaml";
    CHECK(problem_with(payload).find("X-Event") != std::string::npos);
    Outgoing tag = outgoing;
    tag.ref = "refs/tags/v1";
    CHECK(problem_with(tag).find("PAYLOAD") != std::string::npos);
    Outgoing other = outgoing;
    other.provider = "github";
    CHECK(problem_with(other).find("is generic") != std::string::npos);
    Outgoing unknown = outgoing;
    unknown.endpoint = "/hooks/x";
    CHECK(problem_with(unknown).find("there is /hooks/generic/acme/shop") != std::string::npos);
    folder.write("hookd.yaml", "stat: x\n");
    CHECK(problem_with(outgoing).find("hookctl check") != std::string::npos);
}

TEST_CASE("without an endpoint, provider and secret must be given") {
    const Files files;
    Outgoing nobody = files.payload();
    nobody.provider.clear();
    CHECK(problem_with(nobody).find("--endpoint") != std::string::npos);
    Outgoing secretless = files.payload();
    secretless.secret_file.clear();
    CHECK(problem_with(secretless).find("--secret-file") != std::string::npos);
}
