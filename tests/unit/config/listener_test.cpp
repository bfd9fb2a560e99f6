// `listen.webhooks`: where hookd listens, with what certificate, for which hosts.
#include "config/host_name.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/certificates.hpp"
#include "tests/unit/config/configuration_folder.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

using hookd::config::Configuration;
using hookd::config::ListenInherited;
using hookd::config::ListenUnix;
using hookd::config::normal_host;
using hookd::config::WebhookListener;
using hookd::test::Authority;
using hookd::test::ConfigurationFolder;
using std::filesystem::perms;
using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

namespace {

std::string server_with(const std::string& webhooks) {
    return "listen:\n  webhooks: {" + webhooks + "}\n";
}

/// What is wrong with `listen.webhooks`, without the places.
Lines messages_of(ConfigurationFolder& folder, const std::string& webhooks) {
    folder.write("hookd.yaml", server_with(webhooks));
    Lines messages;
    for (const std::string& line : folder.problems()) {
        messages.push_back(line.substr(line.find(": ") + 2));
    }
    return messages;
}

Lines messages_of(const std::string& webhooks) {
    ConfigurationFolder folder;
    return messages_of(folder, webhooks);
}

Configuration configuration_of(const ConfigurationFolder& folder) {
    INFO(Catch::StringMaker<Lines>::convert(folder.problems()));
    auto loaded = folder.load();
    REQUIRE(std::holds_alternative<Configuration>(loaded));
    return std::get<Configuration>(std::move(loaded));
}

WebhookListener listener_of(const std::string& webhooks) {
    ConfigurationFolder folder;
    folder.write("hookd.yaml", server_with(webhooks));
    auto configuration = configuration_of(folder);
    REQUIRE(configuration.server.webhooks);
    return *std::move(configuration.server.webhooks);
}

/// A folder whose listener has the pair `tls/certificate.pem` and `tls/key.pem`.
struct TlsFolder : ConfigurationFolder {
    explicit TlsFolder(const Authority::Pair& pair) {
        write("hookd.yaml", server_with(k_tls));
        put("tls/certificate.pem", pair.certificate);
        put("tls/key.pem", pair.key, perms(0600));
    }
    void put(const std::string& name, const std::filesystem::path& from, perms mode = perms(0644)) {
        write(name, hookd::read_file(from).value(), mode);
    }
    static constexpr const char* k_tls =
        "address: \"0.0.0.0:443\", tls: {certificate: tls/certificate.pem, key: tls/key.pem}";
};

}  // namespace

TEST_CASE("a listener may be a file, or a socket of systemd's") {
    ConfigurationFolder folder;
    folder.write("hookd.yaml", server_with("address: \"unix:run/hooks.sock\", mode: \"0600\""));
    auto configuration = configuration_of(folder);
    const auto* const file = std::get_if<ListenUnix>(&configuration.server.webhooks->on);
    REQUIRE(file != nullptr);
    CHECK(file->path == (folder / "run/hooks.sock"));
    CHECK(file->mode == 0600);

    const auto absolute = listener_of("address: \"unix:/run/hookd/hooks.sock\"");
    CHECK(std::get<ListenUnix>(absolute.on).path == "/run/hookd/hooks.sock");
    CHECK(std::get<ListenUnix>(absolute.on).mode == 0660);
    CHECK(std::get<ListenInherited>(listener_of("address: systemd").on).name.empty());
    CHECK(std::get<ListenInherited>(listener_of("address: \"systemd:hooks\"").on).name == "hooks");
}

TEST_CASE("an address that is no place to listen is refused") {
    for (const char* address : {"\"unix:\"", "\"unix:/\"", "\"unix:a/\"", "\"systemd:\"",
                                "\"systemd:a:b\"", "socket", "\"tcp://127.0.0.1:80\""}) {
        INFO(address);
        CHECK(messages_of(std::string("address: ") + address).size() == 1);
    }
    CHECK(messages_of("address: \"unix:/" + std::string(107, 'a') + "\"").size() == 1);
    CHECK(messages_of("address: \"127.0.0.1:80\", mode: \"0660\"") ==
          Lines{"\"mode\" is of a socket's file: \"address\" must be unix:PATH with it"});
    for (const char* mode : {"\"1660\"", "\"rw\"", "\"66\"", "\"0888\"", "\"06600\""}) {
        INFO(mode);
        CHECK(messages_of(std::string("address: \"unix:/a\", mode: ") + mode).size() == 1);
    }
    CHECK(messages_of("address: \"unix:/a\", mode: 0660") ==
          Lines{"\"mode\" is the number 660, but must be a text, such as \"0660\""});
}

TEST_CASE("a listener's times have defaults") {
    const auto usual = listener_of("address: \"127.0.0.1:0\"").times;
    CHECK(usual.handshake == 10s);
    CHECK(usual.headers == 10s);
    CHECK(usual.body == 30s);
    CHECK(usual.answer == 30s);
    CHECK(usual.idle == 15s);
    const auto set = listener_of("address: \"127.0.0.1:0\", times: {headers: 2s, body: 5m}").times;
    CHECK(set.headers == 2s);
    CHECK(set.body == 5min);
    CHECK(set.idle == 15s);
    CHECK(messages_of("address: \"127.0.0.1:0\", times: {idle: 0s, body: soon}").size() == 2);
}

TEST_CASE("T019 hosts have one spelling each") {
    CHECK(normal_host("Hooks.Example.ORG.") == "hooks.example.org");
    CHECK(normal_host("127.0.0.1") == "127.0.0.1");
    CHECK(normal_host("[2001:DB8:0:0::1]") == "2001:db8::1");
    CHECK(normal_host("::1") == "::1");
    for (const char* none : {"", ".", "a..b", ".a", "-a", "a b", "a/b", "a:80", "[::1", "[]", "[a]",
                             "a%2e", "*.example.org", "m\xc3\xbcller.example", "a@b"}) {
        INFO(none);
        CHECK_FALSE(normal_host(none));
    }
    CHECK_FALSE(normal_host(std::string(254, 'a')));
}

TEST_CASE("T019 a listener may serve some hosts only") {
    CHECK(listener_of("address: \"127.0.0.1:0\"").hosts.empty());
    CHECK(listener_of("address: \"127.0.0.1:0\", hosts: Hooks.Example.org").hosts ==
          Lines{"hooks.example.org"});
    CHECK(listener_of("address: \"127.0.0.1:0\", hosts: [a.example, \"[::1]\"]").hosts ==
          Lines{"a.example", "::1"});
    CHECK(messages_of("address: \"127.0.0.1:0\", hosts: [\"a.example:443\", \"*.b.example\"]") ==
          Lines{"\"a.example:443\" is no host: write a name or an address, without a port, such as "
                "hooks.example.org",
                "\"*.b.example\" is no host: write a name or an address, without a port, such as "
                "hooks.example.org"});
    CHECK(messages_of("address: \"127.0.0.1:0\", hosts: []").size() == 1);
}

TEST_CASE("T020 a listener's certificate and key are read and checked") {
    const Authority authority;
    const auto pair = authority.issue("hooks");
    TlsFolder folder(pair);
    const auto configuration = configuration_of(folder);
    const auto& tls = configuration.server.webhooks->tls;
    REQUIRE(tls);
    CHECK(tls->certificate == folder / "tls/certificate.pem");
    CHECK(tls->key == folder / "tls/key.pem");
    CHECK(tls->certificate_text == hookd::read_file(pair.certificate).value());
    CHECK(tls->key_text.reveal() == hookd::read_file(pair.key).value());
    const auto left = tls->ends - hookd::RealClock().wall();
    CHECK(left > 89 * 24h);
    CHECK(left < 91 * 24h);
    CHECK(configuration.remarks.empty());
}

TEST_CASE("T020 a certificate and a key that do not fit are refused where they stand") {
    const Authority authority;
    const auto pair = authority.issue("hooks");
    TlsFolder folder(pair);
    SECTION("another key") {
        folder.put("tls/key.pem", authority.issue("other").key, perms(0600));
        CHECK(folder.problems() ==
              Lines{"hookd.yaml:2:83: the key in \"tls/key.pem\" does not belong to the first "
                    "certificate in \"tls/certificate.pem\": that must be the listener's own, with "
                    "its chain behind it"});
    }
    SECTION("the chain first") {
        folder.write("tls/certificate.pem", hookd::read_file(authority.certificate()).value() +
                                                hookd::read_file(pair.certificate).value());
        CHECK(folder.problems().size() == 1);
    }
    SECTION("a key that others may read") {
        std::filesystem::permissions(folder / "tls/key.pem", perms(0644));
        CHECK(folder.problems() ==
              Lines{"hookd.yaml:2:83: \"tls/key.pem\" can be read or written by others: chmod 600 "
                    "tls/key.pem"});
    }
    SECTION("a certificate that others may write") {
        std::filesystem::permissions(folder / "tls/certificate.pem", perms(0666));
        CHECK(folder.problems().size() == 1);
    }
    SECTION("what is neither") {
        folder.write("tls/certificate.pem", "hello\n");
        folder.write("tls/key.pem", "hello\n", perms(0600));
        CHECK(folder.problems() ==
              Lines{"hookd.yaml:2:57: \"tls/certificate.pem\" holds no certificate in PEM form",
                    "hookd.yaml:2:83: \"tls/key.pem\" holds no private key in PEM form"});
    }
    SECTION("nothing") {
        folder.remove("tls/certificate.pem");
        folder.remove("tls/key.pem");
        CHECK(folder.problems().size() == 2);
    }
    SECTION("a key with a passphrase") {
        const std::string locked = (folder / "tls/locked.pem").string();
        Authority::run({"openssl", "pkey", "-in", pair.key.string(), "-aes256", "-passout",
                        "pass:opensesame", "-out", locked});
        folder.put("tls/key.pem", locked, perms(0600));
        CHECK(folder.problems() ==
              Lines{"hookd.yaml:2:83: the key in \"tls/key.pem\" has a passphrase, which nobody "
                    "could type here: openssl pkey -in OLD -out NEW writes one without"});
    }
    SECTION("a weak key") {
        const auto weak = authority.issue("weak", 90, "1024");
        folder.put("tls/certificate.pem", weak.certificate);
        folder.put("tls/key.pem", weak.key, perms(0600));
        CHECK(folder.problems() ==
              Lines{"hookd.yaml:2:83: the key in \"tls/key.pem\" is too weak: it must be an "
                    "elliptic curve's, or RSA with at least 2048 bits"});
    }
    SECTION("half of it") {
        CHECK(messages_of(folder,
                          "address: \"0.0.0.0:443\", tls: {certificate: "
                          "tls/certificate.pem}") == Lines{"\"key\" is missing in \"tls\""});
    }
    for (const std::string& line : folder.problems()) {
        CHECK(line.find("PRIVATE") == std::string::npos);
    }
}

TEST_CASE("T020 a certificate that is over, or soon will be, is remarked on and used") {
    const Authority authority;
    const auto remark_for = [&authority](const std::string& name, int days) {
        const TlsFolder folder(authority.issue(name, days));
        const auto configuration = configuration_of(folder);
        REQUIRE(configuration.remarks.size() == 1);
        CHECK(configuration.remarks[0].line == 2);
        return configuration.remarks[0].message;
    };
    CHECK_THAT(remark_for("over", -1), Catch::Contains("tls/certificate.pem\" is over since ") &&
                                           Catch::Contains("until it is renewed"));
    CHECK_THAT(remark_for("soon", 3),
               Catch::Contains(" ends at ") && Catch::Contains(", in 2 days: renew it"));
}

TEST_CASE("T005 a token that is sent as it is may go to a listener with TLS or a socket's file") {
    const Authority authority;
    TlsFolder folder(authority.issue("hooks"));
    folder.write("repos.d/shop.yaml",
                 "repository: a\nwebhook: {provider: gitlab, secret: {file: ../secrets/shop}}\n");
    CHECK(folder.problems().empty());
    CHECK(messages_of(folder, "address: \"unix:/run/hooks.sock\"").empty());
    CHECK(messages_of(folder, "address: \"0.0.0.0:443\"").size() == 1);
    const auto inherited = messages_of(folder, "address: systemd");
    REQUIRE(inherited.size() == 1);
    CHECK_THAT(inherited[0], Catch::Contains("may be open to other machines"));
    CHECK(messages_of(folder,
                      "address: systemd, tls: {certificate: tls/certificate.pem, key: "
                      "tls/key.pem}")
              .empty());
}
