#include "config/read_secret.hpp"

#include "config/guarded_file.hpp"
#include "config/message.hpp"
#include "config/read_common.hpp"
#include "core/base/result.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

namespace hookd::config {
namespace {

constexpr std::size_t k_most_bytes = std::size_t{64} << 10;
constexpr std::array<std::string_view, 3> k_sources = {"file", "env", "credential"};

Result<std::string> from_file(const std::filesystem::path& file) {
    auto read = read_guarded(file, FileKind::secret, k_most_bytes);
    if (!read) {
        return read;
    }
    if (read->ends_with('\n')) {
        read->pop_back();
        if (read->ends_with('\r')) {
            read->pop_back();
        }
    }
    return read;
}

Result<std::string> from_environment(const std::string& name) {
    const char* value = std::getenv(name.c_str());
    if (value == nullptr) {
        return fail(ErrorCode::not_found,
                    "the variable " + quote(name) + " is not set in hookd's environment");
    }
    return value;
}

Result<std::string> from_credential(const std::string& name) {
    if (name.find('/') != std::string::npos || name == "." || name == "..") {
        return fail(ErrorCode::invalid, quote(name) +
                                            " is no name of a credential: it must not "
                                            "be a path");
    }
    const char* folder = std::getenv("CREDENTIALS_DIRECTORY");
    if (folder == nullptr) {
        return fail(ErrorCode::not_found,
                    "there is no credential " + quote(name) +
                        ": CREDENTIALS_DIRECTORY is not set; systemd sets it for a unit with "
                        "LoadCredential=");
    }
    return from_file(std::filesystem::path(folder) / name);
}

}  // namespace

std::optional<Secret> read_secret(const Node& source, const std::filesystem::path& folder,
                                  Findings& findings) {
    const std::string* file = find_text(source, "file");
    const std::string* variable = find_text(source, "env");
    const std::string* credential = find_text(source, "credential");
    const auto given =
        std::count_if(k_sources.begin(), k_sources.end(),
                      [&source](std::string_view key) { return source.find(key) != nullptr; });
    const std::string* name = file != nullptr ? file : variable != nullptr ? variable : credential;
    if (name == nullptr || name->empty() || given != 1) {
        return std::nullopt;  // the schema says so
    }
    auto value = file != nullptr       ? from_file(folder / *file)
                 : variable != nullptr ? from_environment(*variable)
                                       : from_credential(*credential);
    if (!value) {
        findings.add(source.at, value.error().message);
        return std::nullopt;
    }
    const std::size_t size = value->size();
    Secret secret(std::move(*value));
    if (size < Secret::k_least_bytes) {
        findings.add(source.at, "the secret of " + quote(*name) + " has " + std::to_string(size) +
                                    " bytes, but must have at least " +
                                    std::to_string(Secret::k_least_bytes) +
                                    ": openssl rand -hex 32 makes a good one");
        return std::nullopt;
    }
    return secret;
}

}  // namespace hookd::config
