#pragma once

#include <tl/expected.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace hookd::http {

struct Limits;

/// Why a request is not read further: what the client is told before the connection closes.
struct Refusal {
    int status = 400;
    std::string_view reason;  ///< a literal, free of characters that JSON would escape
};

/// How the bytes behind a header block are to be read.
struct Framing {
    bool chunked = false;
    std::optional<std::uint64_t> content_length;
    bool expects_continue = false;
    bool keeps_alive = false;  ///< HTTP/1.1 without `Connection: close`
    bool is_http_1_0 = false;

    [[nodiscard]] bool has_body() const { return chunked || content_length.value_or(0) > 0; }
};

/// Finds the end of a header block that comes in pieces, looking at every byte once.
class HeadScan {
  public:
    /// `data` begins with the request line and only grows between calls. Returns the size of the
    /// block with its empty line, or nothing while that is missing. **Errors:** a line that does
    /// not end in CR LF, an empty first line, a block or a request line beyond the limits.
    [[nodiscard]] tl::expected<std::optional<std::size_t>, Refusal> scan(std::string_view data,
                                                                         const Limits& limits);

  private:
    std::size_t position_ = 0;
    std::size_t line_ = 0;
};

/// Reads a finished header block more strictly than a parser would: whatever two readers could
/// understand in two ways is refused, so that nobody can hide a second request in a first one.
/// **Errors:** 400, 414, 417, 431, 501, 505; the connection must close.
/// **Source:** RFC 9112 2.2, 3, 5, 6; threats.md T012, T015, T019.
[[nodiscard]] tl::expected<Framing, Refusal> check_framing(std::string_view block,
                                                           const Limits& limits);

}  // namespace hookd::http
