#include "webhook/media_type.hpp"

#include "core/base/text.hpp"

#include <algorithm>
#include <string_view>

namespace hookd::webhook {
namespace {

bool equals_without_case(std::string_view a, std::string_view b) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [&lower](char x, char y) { return lower(x) == lower(y); });
}

bool is_utf8_parameter(std::string_view parameter) {
    return equals_without_case(parameter, "charset=utf-8") ||
           equals_without_case(parameter, "charset=\"utf-8\"");
}

}  // namespace

Body body_of(const http::Headers& headers) {
    const auto type = headers.only("Content-Type");
    if (!type || headers.count("Content-Encoding") > 0) {
        return Body::unsupported;
    }
    const auto parts = split(*type, ';');
    for (std::size_t i = 1; i < parts.size(); ++i) {
        if (!is_utf8_parameter(trim(parts[i]))) {
            return Body::unsupported;
        }
    }
    const std::string_view name = trim(parts.front());
    return equals_without_case(name, "application/json")                    ? Body::json
           : equals_without_case(name, "application/x-www-form-urlencoded") ? Body::form
                                                                            : Body::unsupported;
}

}  // namespace hookd::webhook
