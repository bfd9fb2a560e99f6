// The daemon's TLS as real clients see it: threats.md T020.
#include "tests/support/catch.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/raw_connection.hpp"
#include "tests/support/tls_connection.hpp"
#include "tests/support/webhook_daemon.hpp"

#include <signal.h>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace hookd {
namespace {

using Catch::Contains;
using test::Authority;
using test::StartedProgram;
using test::TlsConnection;
using test::WebhookDaemon;

/// Certificate and key in one file, which a rename replaces whole.
const std::string k_one_file =
    "address: \"127.0.0.1:0\", tls: {certificate: tls/pair.pem, key: tls/pair.pem}";

void install(const WebhookDaemon& daemon, const Authority::Pair& pair) {
    const auto folder = daemon.folder() / "etc/tls";
    test::write_text(folder / "new.pem",
                     read_file(pair.certificate).value() + read_file(pair.key).value());
    std::filesystem::rename(folder / "new.pem", folder / "pair.pem");
}

/// What a real client sees of the daemon's TLS.
class Client {
  public:
    Client(const WebhookDaemon& daemon, const Authority& authority)
        : port_(std::to_string(daemon.port())), authority_(authority.certificate().string()) {}

    /// What `openssl s_client` prints, with this on its standard input.
    [[nodiscard]] std::string s_client(const std::string& options,
                                       const std::string& input = "") const {
        StartedProgram program({"/bin/sh", "-c",
                                "printf '" + input + "' | openssl s_client -connect localhost:" +
                                    port_ + " -CAfile " + authority_ + " " + options},
                               {"PATH=/usr/bin:/bin"});
        program.wait();
        return program.output();
    }

    /// What `curl` prints and its exit status.
    [[nodiscard]] std::pair<int, std::string> curl(std::vector<std::string> arguments) const {
        arguments.insert(arguments.begin(), {"curl", "-sS", "--cacert", authority_});
        arguments.push_back("https://localhost:" + port_ + WebhookDaemon::k_path);
        StartedProgram program(std::move(arguments), {"PATH=/usr/bin:/bin"});
        const int status = program.wait();
        return {status, program.output()};
    }

  private:
    std::string port_;
    std::string authority_;
};

std::string served_name(const WebhookDaemon& daemon, const Authority& authority) {
    return TlsConnection(daemon.port(), {authority.certificate(), ""}).peer_name();
}

TEST_CASE("T020 openssl's client gets TLS 1.2 or 1.3 with forward-secret AEAD suites, or nothing") {
    const Authority authority;
    const std::string kind = GENERATE("ec", "2048");
    const std::string proof = kind == "ec" ? "ECDSA" : "RSA";
    WebhookDaemon daemon(k_one_file);
    install(daemon, authority.issue("hooks", 90, kind));
    daemon.start();
    const Client client(daemon, authority);

    for (const char* suite : {"AES128-GCM-SHA256", "AES256-GCM-SHA384", "CHACHA20-POLY1305"}) {
        const std::string name = "ECDHE-" + proof + "-" + suite;
        INFO(name);
        CHECK_THAT(client.s_client("-tls1_2 -cipher " + name),
                   Contains("Cipher is " + name) && Contains("Verify return code: 0 (ok)") &&
                       Contains("Compression: NONE"));
    }
    for (const char* suite :
         {"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"}) {
        INFO(suite);
        CHECK_THAT(client.s_client(std::string("-tls1_3 -ciphersuites ") + suite),
                   Contains(std::string("New, TLSv1.3, Cipher is ") + suite));
    }
    for (const std::string& refused :
         {std::string("-tls1_3 -ciphersuites TLS_AES_128_CCM_SHA256"),
          "-tls1_2 -cipher ECDHE-" + proof + "-AES128-SHA256",
          "-tls1_2 -cipher ECDHE-" + proof + "-AES256-SHA", std::string("-tls1_2 -cipher kRSA"),
          std::string("-tls1_2 -cipher DHE-RSA-AES128-GCM-SHA256"),
          std::string("-tls1_2 -cipher aNULL:eNULL:@SECLEVEL=0"),
          std::string("-tls1_3 -groups ffdhe2048"), std::string("-tls1_3 -groups P-521")}) {
        INFO(refused);
        const std::string said = client.s_client(refused);
        CHECK_THAT(said, Contains("alert handshake failure"));
        CHECK_THAT(said, Contains("Cipher is (NONE)"));
    }
    for (const char* old : {"-tls1_1", "-tls1"}) {
        INFO(old);
        CHECK_THAT(client.s_client(std::string(old) + " -cipher DEFAULT@SECLEVEL=0"),
                   Contains("alert protocol version") && Contains("Cipher is (NONE)"));
    }
    CHECK(daemon.stop() == 0);
}

TEST_CASE("T020 openssl's client cannot renegotiate, resume, or speak another protocol") {
    const Authority authority;
    WebhookDaemon daemon(k_one_file);
    install(daemon, authority.issue("hooks"));
    daemon.start();
    const Client client(daemon, authority);

    CHECK_THAT(client.s_client("-alpn h2,http/1.1"), Contains("ALPN protocol: http/1.1"));
    CHECK_THAT(client.s_client("-alpn h2"), Contains("alert no application protocol"));
    CHECK_THAT(client.s_client("-noservername"), Contains("Verify return code: 0 (ok)"));
    CHECK_THAT(client.s_client("-servername other.example"), Contains("subject=CN = hooks"));
    for (const char* version : {"-tls1_2", "-tls1_3"}) {
        // s_client connects, and then five times more with the session that it has.
        const std::string again = client.s_client(std::string(version) + " -reconnect");
        CHECK_THAT(again, Contains("New, TLSv1.") && !Contains("Reused, "));
    }
    // "R" asks for a renegotiation; what follows would be answered after it.
    const std::string renegotiated =
        client.s_client("-tls1_2", "R\\nGET / HTTP/1.1\\r\\nHost: h\\r\\n\\r\\n");
    CHECK_THAT(renegotiated, Contains("RENEGOTIATING") && Contains("no renegotiation"));
    CHECK_THAT(renegotiated, !Contains("HTTP/1.1 "));

    test::RawConnection plain(daemon.port());
    plain.send(WebhookDaemon::delivery("d-1", "localhost"));
    CHECK(test::statuses(plain.read_to_end()) == "400");
    CHECK(daemon.list("events").empty());
    CHECK(daemon.stop() == 0);
}

TEST_CASE("T020 curl posts a signed delivery over TLS") {
    const Authority authority;
    WebhookDaemon daemon(k_one_file + ", hosts: [localhost]");
    install(daemon, authority.issue("hooks"));
    daemon.start();
    const Client client(daemon, authority);

    const std::string digest =
        Authority::run({"openssl", "dgst", "-sha256", "-hmac", WebhookDaemon::k_secret, "-r",
                        WebhookDaemon::payload().string()});
    std::vector<std::string> post = {"--data-binary",
                                     "@" + WebhookDaemon::payload().string(),
                                     "-H",
                                     "Content-Type: application/json",
                                     "-H",
                                     "X-GitHub-Event: push",
                                     "-H",
                                     "X-GitHub-Delivery: d-1",
                                     "-H",
                                     "X-Hub-Signature-256: sha256=" + digest.substr(0, 64),
                                     "-w",
                                     "%{http_code} over HTTP/%{http_version}"};
    const auto [status, text] = client.curl(post);
    INFO(text);
    CHECK(status == 0);
    CHECK_THAT(text, Contains("\"runs\":1") && Contains("202 over HTTP/1.1"));
    CHECK(daemon.settles());
    CHECK(daemon.list("events").size() == 1);

    post.insert(post.end(), {"-H", "Host: other.example"});
    CHECK_THAT(client.curl(post).second, Contains("421 over"));
    // Who does not know the authority does not trust us.
    CHECK(client.curl({"--cacert", "/etc/ssl/certs/ca-certificates.crt"}).first == 60);
    CHECK(daemon.stop() == 0);
}

TEST_CASE("T020 a new certificate is taken at a reload, under load, and no delivery fails") {
    const Authority authority;
    WebhookDaemon daemon(k_one_file);
    install(daemon, authority.issue("first"));
    daemon.start();
    const std::string delivery = WebhookDaemon::delivery("d-1", "localhost");
    TlsConnection kept(daemon.port(), {authority.certificate(), ""});
    kept.send(delivery);
    REQUIRE(kept.read_answer() == 202);

    std::atomic<bool> over{false};
    std::atomic<int> served{0};
    std::atomic<int> failed{0};
    const auto send = [&, port = daemon.port(), trusted = authority.certificate()] {
        while (!over) {
            try {
                TlsConnection client(port, {trusted, "http/1.1"});
                client.send(delivery);
                const bool fine = client.read_answer() == 200;
                ++(fine ? served : failed);
            } catch (const std::exception&) {
                ++failed;
            }
        }
    };
    std::thread one(send);
    std::thread two(send);
    const auto serves = [&](const std::string& name) {
        const int before = served;
        return test::eventually(
            [&] { return served > before + 3 && served_name(daemon, authority) == name; });
    };

    install(daemon, authority.issue("second", 90, "2048"));
    CHECK(daemon.hookctl({"reload"}).first == 0);
    CHECK(served_name(daemon, authority) == "second");
    install(daemon, authority.issue("third"));
    ::kill(daemon.pid(), SIGHUP);
    CHECK(serves("third"));
    install(daemon, authority.issue("fourth"));  // that the file changed is enough
    CHECK(serves("fourth"));

    // A pair that does not fit: loudly refused, and the old one goes on.
    const auto pair = daemon.folder() / "etc/tls/pair.pem";
    test::write_text(pair, read_file(authority.issue("fifth").certificate).value() +
                               read_file(authority.issue("sixth").key).value());
    const auto [status, words] = daemon.hookctl({"reload"});
    CHECK(status != 0);
    CHECK_THAT(words, Contains("does not belong to the first certificate"));
    CHECK_THAT(daemon.log(), Contains("configuration refused, the old rules stay"));
    CHECK(serves("fourth"));
    CHECK(daemon.hookctl({"check"}).first != 0);

    over = true;
    one.join();
    two.join();
    CHECK(failed == 0);
    kept.send(delivery);
    CHECK(kept.read_answer() == 200);
    CHECK(kept.peer_name() == "first");
    CHECK(daemon.stop() == 0);
}

TEST_CASE("T020 the end of the certificate is shown in health, in the log and by check") {
    const Authority authority;
    WebhookDaemon daemon(k_one_file);
    install(daemon, authority.issue("soon", 3));
    daemon.start();
    CHECK(daemon.get("/healthz")["certificate"]["days_left"] == 2);
    CHECK(daemon.get("/healthz")["status"] == "ok");
    CHECK_THAT(daemon.log(), Contains("in 2 days: renew it"));
    const auto [status, words] = daemon.hookctl({"check"});
    CHECK(status == 0);
    CHECK_THAT(words, Contains("warning: ") && Contains("in 2 days: renew it"));

    install(daemon, authority.issue("over", -1));
    CHECK(daemon.hookctl({"reload"}).first == 0);
    CHECK(daemon.get("/healthz")["status"] == "degraded");
    CHECK_THAT(daemon.log(), Contains("is over since "));
    CHECK_THROWS_WITH(served_name(daemon, authority), Contains("certificate verify failed"));

    install(daemon, authority.issue("renewed"));
    CHECK(daemon.hookctl({"reload"}).first == 0);
    CHECK(daemon.get("/healthz")["certificate"]["days_left"] == 89);
    CHECK(served_name(daemon, authority) == "renewed");
    CHECK(daemon.stop() == 0);
}

TEST_CASE("T005 nothing counts on TLS before it is there") {
    const Authority authority;
    WebhookDaemon daemon("address: \"127.0.0.1:0\"");
    daemon.start();
    install(daemon, authority.issue("hooks"));
    daemon.listen(k_one_file);
    const auto [status, words] = daemon.hookctl({"reload"});
    CHECK(status != 0);
    CHECK_THAT(words, Contains("\"tls\" cannot be added while hookd runs"));
    CHECK(daemon.stop() == 0);
}

}  // namespace
}  // namespace hookd
