#pragma once

#include "tests/support/started_program.hpp"
#include "tests/support/temporary_folder.hpp"

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace hookd::test {

/// An authority of a test's own, which issues certificates for localhost and 127.0.0.1 with the
/// openssl program. Nothing of it outlives the test.
class Authority {
  public:
    Authority() { make(certificate(), key(), "ec", 2, {"-subj", "/CN=authority of a test"}); }

    [[nodiscard]] std::filesystem::path certificate() const { return folder_ / "authority.pem"; }

    struct Pair {
        std::filesystem::path certificate;
        std::filesystem::path key;  ///< for the owner only
    };
    /// `name` is also the certificate's subject. `kind`: "ec", or the bits of an RSA key. A
    /// certificate of less than a day is over.
    [[nodiscard]] Pair issue(const std::string& name, int days = 90,
                             const std::string& kind = "ec") const {
        Pair pair{folder_ / (name + ".pem"), folder_ / (name + ".key")};
        const std::string request = (folder_ / (name + ".csr")).string();
        const std::string extensions = (folder_ / "extensions").string();
        std::ofstream(extensions) << "subjectAltName=DNS:localhost,IP:127.0.0.1\n"
                                     "basicConstraints=CA:FALSE\n";
        make(request, pair.key, kind, 0, {"-subj", "/CN=" + name});
        run({"openssl", "x509", "-req", "-in", request, "-CA", certificate().string(), "-CAkey",
             key().string(), "-days", std::to_string(days < 1 ? -1 : days), "-extfile", extensions,
             "-out", pair.certificate.string()});
        return pair;
    }

    /// The openssl program; what it wrote. Throws where it fails.
    static std::string run(const std::vector<std::string>& command) {
        StartedProgram program(command, {"PATH=/usr/bin:/bin"});
        if (program.wait() != 0) {
            throw std::runtime_error(command.at(1) + ": " + program.output());
        }
        return program.output();
    }

  private:
    [[nodiscard]] std::filesystem::path key() const { return folder_ / "authority.key"; }

    /// A key, and its certificate (signed by itself) or, with no days, a request for one.
    static void make(const std::filesystem::path& out, const std::filesystem::path& key,
                     const std::string& kind, int days, const std::vector<std::string>& more) {
        std::vector<std::string> command = {
            "openssl", "req",        "-nodes", "-newkey",   kind == "ec" ? kind : "rsa:" + kind,
            "-keyout", key.string(), "-out",   out.string()};
        if (kind == "ec") {
            command.insert(command.end(), {"-pkeyopt", "ec_paramgen_curve:P-256"});
        }
        if (days > 0) {
            command.insert(command.end(), {"-x509", "-days", std::to_string(days)});
        }
        command.insert(command.end(), more.begin(), more.end());
        run(command);
    }

    TemporaryFolder folder_;
};

}  // namespace hookd::test
