#include "core/http/framing.hpp"

#include "core/base/text.hpp"
#include "core/http/message.hpp"
#include "core/http/server.hpp"

#include <algorithm>

namespace hookd::http {
namespace {

/// Room for a method, two spaces and a version beside the target.
constexpr std::size_t k_request_line_rest = 64;

tl::unexpected<Refusal> refuse(int status, std::string_view reason) {
    return tl::unexpected<Refusal>(Refusal{status, reason});
}

bool is_token(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
    });
}

bool is_visible_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

/// Field values hold no control bytes but the tab: a NUL, a lone CR or a vertical tab is where
/// readers disagree.
bool is_field_value(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte >= 0x20 && byte != 0x7f) || byte == '\t';
    });
}

/// The characters of host and port in RFC 3986 3.2; neither user nor path.
bool is_host(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               std::string_view("-._~%!$&'()*+;=:[]").find(c) != std::string_view::npos;
    });
}

/// Only spaces and tabs surround a value; `trim` of text.hpp would take more.
std::string_view trim_value(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool lists(std::string_view value, std::string_view token) {
    for (const std::string_view item : split(value, ',')) {
        if (same_field_name(trim_value(item), token)) {
            return true;
        }
    }
    return false;
}

/// What the fields that matter for framing said.
struct Seen {
    unsigned host = 0;
    unsigned length = 0;
    unsigned encoding = 0;
    bool close = false;
    bool expect = false;
    std::string_view length_value;
    std::string_view encoding_value;
};

tl::expected<void, Refusal> look_at(std::string_view name, std::string_view value, Seen& seen) {
    if (same_field_name(name, "Host")) {
        if (!is_host(value)) {
            return refuse(400, "the host is malformed");
        }
        ++seen.host;
    } else if (same_field_name(name, "Content-Length")) {
        seen.length_value = value;
        ++seen.length;
    } else if (same_field_name(name, "Transfer-Encoding")) {
        seen.encoding_value = value;
        ++seen.encoding;
    } else if (same_field_name(name, "Connection")) {
        seen.close = seen.close || lists(value, "close");
    } else if (same_field_name(name, "Expect")) {
        if (!same_field_name(value, "100-continue")) {
            return refuse(417, "only 100-continue can be expected");
        }
        seen.expect = true;
    }
    return {};
}

tl::expected<Framing, Refusal> decide(const Seen& seen, bool is_http_1_0) {
    if (seen.host > 1 || (seen.host == 0 && !is_http_1_0)) {
        return refuse(400, "exactly one host is needed");
    }
    Framing framing;
    framing.is_http_1_0 = is_http_1_0;
    framing.keeps_alive = !is_http_1_0 && !seen.close;
    if (seen.encoding > 0) {
        if (seen.encoding > 1 || seen.length > 0 || is_http_1_0) {
            return refuse(400, "the length of the body is ambiguous");
        }
        if (seen.encoding_value != "chunked") {
            return refuse(501, "the only transfer encoding is chunked");
        }
        framing.chunked = true;
    }
    if (seen.length > 0) {
        const auto length = parse_number(seen.length_value);
        if (seen.length > 1 || !length) {
            return refuse(400, "the content length is malformed");
        }
        framing.content_length = length;
    }
    framing.expects_continue = seen.expect && !is_http_1_0 && framing.has_body();
    return framing;
}

/// Returns whether the request is of HTTP/1.0.
tl::expected<bool, Refusal> check_request_line(std::string_view line, const Limits& limits) {
    const auto first = line.find(' ');
    const auto second = first == std::string_view::npos ? first : line.find(' ', first + 1);
    if (second == std::string_view::npos) {
        return refuse(400, "the request line is malformed");
    }
    const std::string_view target = line.substr(first + 1, second - first - 1);
    const std::string_view version = line.substr(second + 1);
    if (target.size() > limits.target_bytes) {
        return refuse(414, "the target is too long");
    }
    if (!is_token(line.substr(0, first)) || !is_visible_ascii(target) || target.empty()) {
        return refuse(400, "the request line is malformed");
    }
    if (version != "HTTP/1.1" && version != "HTTP/1.0") {
        const bool other = version.starts_with("HTTP/") && version.size() == 8;
        return refuse(other ? 505 : 400, "the version is not HTTP/1.1");
    }
    // An absolute target would name a second host; nobody but a proxy needs one.
    if (target.front() != '/' && target != "*") {
        return refuse(400, "the target does not begin with a slash");
    }
    return version == "HTTP/1.0";
}

}  // namespace

tl::expected<std::optional<std::size_t>, Refusal> HeadScan::scan(std::string_view data,
                                                                 const Limits& limits) {
    for (;;) {
        const auto feed = data.find('\n', position_);
        if (feed == std::string_view::npos || feed >= limits.header_bytes) {
            break;
        }
        if (feed == line_ || data[feed - 1] != '\r') {
            return refuse(400, "a line does not end in CR LF");
        }
        const bool is_empty_line = feed == line_ + 1;
        if (is_empty_line && line_ == 0) {
            return refuse(400, "the request line is missing");
        }
        position_ = line_ = feed + 1;
        if (is_empty_line) {
            return position_;
        }
    }
    position_ = data.size();
    if (line_ == 0 && data.size() > limits.target_bytes + k_request_line_rest) {
        return refuse(414, "the request line is too long");
    }
    if (data.size() >= limits.header_bytes) {
        return refuse(431, "the headers are too long");
    }
    return std::nullopt;
}

tl::expected<Framing, Refusal> check_framing(std::string_view block, const Limits& limits) {
    const auto next_line = [&block] {
        const auto end = block.find("\r\n");
        const std::string_view line = block.substr(0, end);
        block.remove_prefix(end == std::string_view::npos ? block.size() : end + 2);
        return line;
    };
    const auto is_http_1_0 = check_request_line(next_line(), limits);
    if (!is_http_1_0) {
        return tl::unexpected<Refusal>(is_http_1_0.error());
    }
    Seen seen;
    std::size_t fields = 0;
    for (std::string_view line = next_line(); !line.empty(); line = next_line()) {
        if (++fields > limits.header_fields) {
            return refuse(431, "there are too many header fields");
        }
        // A name is a token: this refuses folded lines and a space before the colon as well.
        const auto colon = line.find(':');
        if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
            return refuse(400, "a header field is malformed");
        }
        if (!is_field_value(line.substr(colon + 1))) {
            return refuse(400, "a header value holds a control byte");
        }
        if (const auto fine =
                look_at(line.substr(0, colon), trim_value(line.substr(colon + 1)), seen);
            !fine) {
            return tl::unexpected<Refusal>(fine.error());
        }
    }
    return decide(seen, *is_http_1_0);
}

}  // namespace hookd::http
