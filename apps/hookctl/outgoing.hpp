#pragma once

#include "core/base/clock.hpp"
#include "core/base/result.hpp"
#include "core/http/client.hpp"

#include <filesystem>
#include <string>

namespace hookd::hookctl {

/// A delivery to be sent to try out an endpoint: a file's body, or a push that never was.
struct Outgoing {
    std::string provider;
    std::string event;  ///< the provider's name of it; a made-up push and some bodies bring it
    std::filesystem::path secret_file;
    std::string delivery;           ///< empty: a new one
    std::filesystem::path payload;  ///< empty: the push below
    std::string repository;
    std::string ref;  ///< full, or a branch's short name
    std::string before, after;
    bool form = false;  ///< as the field "payload" of a form
    std::string url;
    /// Path of an endpoint in `configuration`: says the provider, the secret, and what a generic
    /// sender is like, as far as they are not given above. Empty: none.
    std::string endpoint = {};
    std::filesystem::path configuration = {};
};

/// The request exactly as the forge would make it. **Errors:** invalid, with what would be right;
/// those of the files.
[[nodiscard]] Result<http::ClientRequest> make_request(const Outgoing& outgoing, WallTime now);

}  // namespace hookd::hookctl
