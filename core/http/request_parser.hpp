#pragma once

#include "core/http/body_budget.hpp"
#include "core/http/framing.hpp"
#include "core/http/message.hpp"

#include <tl/expected.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace hookd::http {

/// What a request's trailer section may hold; a chunk's line with its extensions may have
/// `k_chunk_line_bytes`. **Source:** threats.md T013, T015.
inline constexpr std::size_t k_trailer_bytes = std::size_t{4} << 10;
inline constexpr std::size_t k_chunk_line_bytes = 256;

/// Reads one request after the other, with Beast's parser behind our own check of the framing.
class RequestParser {
  public:
    RequestParser();
    ~RequestParser();
    RequestParser(const RequestParser&) = delete;
    RequestParser& operator=(const RequestParser&) = delete;

    /// Begins a request: takes a whole header block. **Requires:** `check_framing` gave `framing`
    /// for it. **Errors:** the parser understands the block in another way.
    [[nodiscard]] tl::expected<Head, Refusal> read_head(std::string_view block,
                                                        const Framing& framing);

    /// Says where the body goes, before its first byte: what it may hold, who counts it and, where
    /// not null, who looks at it. **Requires:** all outlive the request.
    void expect_body(std::string& body, BodyCharge& charge, BodyObserver* observer,
                     std::uint64_t limit);

    /// Whether the request is complete.
    [[nodiscard]] bool is_done() const;

    /// Takes bytes of the body, returns how many: what it leaves must come again, with more behind
    /// it. Trailers are read and thrown away. **Errors:** 400, 413, 503; the connection must close.
    [[nodiscard]] tl::expected<std::size_t, Refusal> read_body(std::string_view bytes);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace hookd::http
