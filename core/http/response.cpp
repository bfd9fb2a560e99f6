#include "core/http/response.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace hookd::http {
namespace {

struct Phrase {
    int status;
    std::string_view text;
};

/// **Source:** RFC 9110 15, RFC 6585.
constexpr std::array k_phrases{
    Phrase{200, "OK"},
    Phrase{201, "Created"},
    Phrase{202, "Accepted"},
    Phrase{204, "No Content"},
    Phrase{301, "Moved Permanently"},
    Phrase{302, "Found"},
    Phrase{303, "See Other"},
    Phrase{304, "Not Modified"},
    Phrase{307, "Temporary Redirect"},
    Phrase{308, "Permanent Redirect"},
    Phrase{400, "Bad Request"},
    Phrase{401, "Unauthorized"},
    Phrase{403, "Forbidden"},
    Phrase{404, "Not Found"},
    Phrase{405, "Method Not Allowed"},
    Phrase{406, "Not Acceptable"},
    Phrase{408, "Request Timeout"},
    Phrase{409, "Conflict"},
    Phrase{410, "Gone"},
    Phrase{411, "Length Required"},
    Phrase{412, "Precondition Failed"},
    Phrase{413, "Content Too Large"},
    Phrase{414, "URI Too Long"},
    Phrase{415, "Unsupported Media Type"},
    Phrase{417, "Expectation Failed"},
    Phrase{421, "Misdirected Request"},
    Phrase{422, "Unprocessable Content"},
    Phrase{429, "Too Many Requests"},
    Phrase{431, "Request Header Fields Too Large"},
    Phrase{500, "Internal Server Error"},
    Phrase{501, "Not Implemented"},
    Phrase{502, "Bad Gateway"},
    Phrase{503, "Service Unavailable"},
    Phrase{504, "Gateway Timeout"},
    Phrase{505, "HTTP Version Not Supported"},
};

/// Empty for others: the phrase may be empty, its space may not.
std::string_view phrase_of(int status) {
    const auto found = std::find_if(k_phrases.begin(), k_phrases.end(),
                                    [status](const Phrase& p) { return p.status == status; });
    return found == k_phrases.end() ? std::string_view() : found->text;
}

template <class Number>
void append_number(std::string& out, Number number, int base = 10) {
    std::array<char, 24> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, base).ptr;
    out.append(digits.data(), end);
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append(": ");
    for (const char c : value) {
        const auto byte = static_cast<unsigned char>(c);
        out += byte < 0x20 || byte == 0x7f ? ' ' : c;
    }
    out.append("\r\n");
}

bool is_framing_field(std::string_view name) {
    constexpr std::array<std::string_view, 5> k_ours{"Connection", "Content-Length", "Content-Type",
                                                     "Keep-Alive", "Transfer-Encoding"};
    return std::any_of(k_ours.begin(), k_ours.end(),
                       [name](std::string_view ours) { return same_field_name(name, ours); });
}

}  // namespace

bool is_bodyless(int status) {
    return status < 200 || status == 204 || status == 304;
}

std::string head_of(const Response& response, Wire wire) {
    std::string out;
    out.reserve(256);
    out.append("HTTP/1.1 ");
    append_number(out, response.status);
    out.append(" ").append(phrase_of(response.status)).append("\r\n");
    if (!is_bodyless(response.status)) {
        if (!response.content_type.empty()) {
            append_field(out, "Content-Type", response.content_type);
        }
        if (wire.length == Wire::Length::chunked) {
            out.append("Transfer-Encoding: chunked\r\n");
        } else if (wire.length == Wire::Length::counted) {
            out.append("Content-Length: ");
            append_number(out, response.body.size());
            out.append("\r\n");
        }
    }
    out.append("X-Content-Type-Options: nosniff\r\n");
    for (const auto& [name, value] : response.headers) {
        const bool is_plain = !name.empty() && name.find_first_of(": \t\r\n") == std::string::npos;
        if (is_plain && !is_framing_field(name)) {
            append_field(out, name, value);
        }
    }
    if (wire.closes) {
        out.append("Connection: close\r\n");
    }
    out.append("\r\n");
    return out;
}

void append_chunk(std::string& out, std::string_view part) {
    append_number(out, part.size(), 16);
    out.append("\r\n").append(part).append("\r\n");
}

Response answer_to(const Refusal& refusal) {
    Response response;
    response.status = refusal.status;
    response.body.append("{\"error\": \"").append(refusal.reason).append("\"}");
    if (refusal.status == 503) {
        response.headers.emplace_back("Retry-After", "1");
    }
    return response;
}

}  // namespace hookd::http
