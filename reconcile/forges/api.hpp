#pragma once

#include "config/configuration.hpp"
#include "core/base/clock.hpp"
#include "core/base/result.hpp"
#include "reconcile/forges/forge.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace hookd::reconcile {

/// How long and how much an answer may be.
struct ApiLimits {
    Milliseconds time{30'000};
    std::size_t bytes = std::size_t{32} << 20;
    /// Answers in place of the resolver's, as http::ClientRequest has them.
    std::vector<std::string> resolved{};
};

/// The API of one forge, with the token for it. Every request goes to the configured URL:
/// redirects are not followed, and nothing of a URL is taken from an answer.
/// **Requires:** references outlive it. `stop` ends a request under way.
/// **Source:** threats.md T075, T077; docs.github.com, "Rate limits for the REST API";
/// docs.gitlab.com, "User and IP rate limits".
class Api {
  public:
    Api(const Forge& forge, const config::CatchUp& settings, const Clock& clock,
        std::function<bool()> stop, ApiLimits limits);

    /// `path` is the part behind the API's URL.
    /// **Errors:** denied (the token, a redirect, an address), not_found, invalid (the forge does
    /// not want this), unavailable, timeout; messages have what the forge says, and no secret.
    [[nodiscard]] Result<http::ClientResponse> get(const std::string& path);
    [[nodiscard]] Result<http::ClientResponse> post(const std::string& path);

    /// How long the forge wants to be left alone; nothing: it did not say.
    [[nodiscard]] std::optional<Milliseconds> wait() const { return wait_; }

    static constexpr Milliseconds k_shortest_wait{60'000};
    static constexpr Milliseconds k_longest_wait{60 * 60'000};

  private:
    [[nodiscard]] Result<http::ClientResponse> send(const char* method, const std::string& path);
    [[nodiscard]] Status check(const http::ClientResponse& answer, const std::string& what);

    const Forge& forge_;
    const config::CatchUp& settings_;
    const Clock& clock_;
    const std::function<bool()> stop_;
    const ApiLimits limits_;
    std::optional<Milliseconds> wait_;
};

}  // namespace hookd::reconcile
