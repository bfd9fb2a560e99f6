#include "config/json_pointer.hpp"

#include "config/message.hpp"
#include "core/base/text.hpp"

#include <string>

namespace hookd::config {

Result<JsonPointer> parse_json_pointer(std::string_view text) {
    JsonPointer pointer;
    if (text.empty()) {
        return pointer;
    }
    if (text.front() != '/') {
        return fail(ErrorCode::invalid,
                    quote(text) +
                        " is no JSON pointer: one begins with \"/\", such as \"/repository/name\"; "
                        "a constant is written {value: ...}");
    }
    for (const std::string_view part : split(text.substr(1), '/')) {
        std::string name;
        for (std::size_t i = 0; i < part.size(); ++i) {
            const char next = i + 1 < part.size() ? part[i + 1] : '\0';
            if (part[i] != '~') {
                name += part[i];
            } else if (next == '0' || next == '1') {
                name += next == '0' ? '~' : '/';
                ++i;
            } else {
                return fail(ErrorCode::invalid, quote(text) +
                                                    " is no JSON pointer: in a name \"~\" is "
                                                    "written \"~0\" and \"/\" is written \"~1\"");
            }
        }
        pointer.push_back(std::move(name));
    }
    return pointer;
}

}  // namespace hookd::config
