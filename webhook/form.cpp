#include "webhook/form.hpp"

#include <optional>

namespace hookd::webhook {
namespace {

std::optional<unsigned> hex_value(char c) {
    if (c >= '0' && c <= '9') {
        return static_cast<unsigned>(c - '0');
    }
    const char upper = c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
    if (upper >= 'A' && upper <= 'F') {
        return static_cast<unsigned>(upper - 'A') + 10U;
    }
    return std::nullopt;
}

std::optional<std::string> decode(std::string_view text) {
    std::string bytes;
    bytes.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+') {
            bytes += ' ';
        } else if (text[i] != '%') {
            bytes += text[i];
        } else {
            const auto high = i + 2 < text.size() ? hex_value(text[i + 1]) : std::nullopt;
            const auto low = i + 2 < text.size() ? hex_value(text[i + 2]) : std::nullopt;
            if (!high || !low) {
                return std::nullopt;
            }
            bytes += static_cast<char>(*high << 4U | *low);
            i += 2;
        }
    }
    return bytes;
}

}  // namespace

Result<std::string> form_field(std::string_view form, std::string_view name) {
    std::optional<std::string_view> raw;
    while (!form.empty()) {
        const std::size_t end = form.find('&');
        const std::string_view pair = form.substr(0, end);
        form.remove_prefix(end == std::string_view::npos ? form.size() : end + 1);
        const std::size_t equals = pair.find('=');
        const auto key = decode(pair.substr(0, equals));
        if (!key || *key != name) {
            continue;
        }
        if (raw) {
            return fail(ErrorCode::invalid,
                        "the form holds the field \"" + std::string(name) + "\" more than once");
        }
        raw = equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1);
    }
    if (!raw) {
        return fail(ErrorCode::invalid, "the form has no field \"" + std::string(name) + "\"");
    }
    auto value = decode(*raw);
    if (!value) {
        return fail(ErrorCode::invalid, "the form's field \"" + std::string(name) +
                                            "\" has a \"%\" without two hex digits");
    }
    return *std::move(value);
}

}  // namespace hookd::webhook
