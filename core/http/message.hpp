#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hookd::http {

/// Whether two field names are the same: ASCII letters compare without case.
[[nodiscard]] bool same_field_name(std::string_view a, std::string_view b);

/// Header fields in the order received; names as sent, compared without case.
class Headers {
  public:
    void add(std::string name, std::string value);
    /// The one value of `name`; nothing where the field is absent or there is more than one.
    [[nodiscard]] std::optional<std::string_view> only(std::string_view name) const;
    /// The first value of `name`.
    [[nodiscard]] std::optional<std::string_view> first(std::string_view name) const;
    [[nodiscard]] std::size_t count(std::string_view name) const;
    [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& all() const {
        return fields_;
    }

  private:
    std::vector<std::pair<std::string, std::string>> fields_;
};

/// The head of a request, complete before a byte of the body is read; trailers are never in it.
struct Head {
    std::string method;
    std::string target;  ///< as sent, undecoded, with its query
    Headers headers;
    std::optional<std::uint64_t> content_length;  ///< nothing where chunked or absent
    std::string peer;                             ///< address of the client; empty on a Unix socket

    [[nodiscard]] std::string_view path() const;  ///< the target up to '?'
    /// The first value of `name` in the query, percent-decoded, '+' as a space; empty for a name
    /// without '='. The bytes may be anything, also no UTF-8.
    [[nodiscard]] std::optional<std::string> query(std::string_view name) const;
};

class BodyObserver;

struct Request {
    Head head;
    std::string body;                        ///< raw bytes
    std::shared_ptr<BodyObserver> observer;  ///< has seen the body; null where there is none
};

struct Response {
    int status = 200;
    std::string content_type = "application/json";
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;
};

}  // namespace hookd::http
