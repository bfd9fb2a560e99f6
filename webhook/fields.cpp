#include "webhook/fields.hpp"

#include "core/base/text.hpp"
#include "core/model/ref_name.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <limits>

namespace hookd::webhook {
namespace {

using Json = nlohmann::json;

tl::unexpected<Error> missing(std::string_view path, std::string_view what) {
    return fail(ErrorCode::invalid,
                "\"" + std::string(path) + "\" is not there or not " + std::string(what));
}

std::string shown(std::string_view text) {
    return "\"" + printable_line(text.substr(0, 100)) + "\"";
}

}  // namespace

const Json* field(const Json& document, std::string_view path) {
    const Json* value = &document;
    for (;;) {
        const std::size_t slash = path.find('/');
        if (!value->is_object()) {
            return nullptr;
        }
        const auto found = value->find(path.substr(0, slash));
        if (found == value->end()) {
            return nullptr;
        }
        value = &*found;
        if (slash == std::string_view::npos) {
            return value;
        }
        path.remove_prefix(slash + 1);
    }
}

std::string text_at(const Json& document, std::string_view path) {
    const Json* const value = field(document, path);
    return value != nullptr && value->is_string() ? value->get<std::string>() : std::string{};
}

bool flag_at(const Json& document, std::string_view path) {
    return optional_flag_at(document, path).value_or(false);
}

std::optional<bool> optional_flag_at(const Json& document, std::string_view path) {
    const Json* const value = field(document, path);
    return value != nullptr && value->is_boolean() ? std::optional(value->get<bool>())
                                                   : std::nullopt;
}

std::optional<std::int64_t> number_at(const Json& document, std::string_view path) {
    constexpr auto k_most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    const Json* const value = field(document, path);
    if (value == nullptr || !value->is_number_integer() ||
        (value->is_number_unsigned() && value->get<std::uint64_t>() > k_most)) {
        return std::nullopt;
    }
    return value->get<std::int64_t>();
}

std::optional<WallTime> time_at(const Json& document, std::string_view path) {
    const auto time = from_rfc3339(text_at(document, path));
    return time ? std::optional(*time) : std::nullopt;
}

std::string object_id_at(const Json& document, std::string_view path) {
    const auto id = ObjectId::parse(text_at(document, path));
    return id && !id->is_zero() ? id->text() : std::string{};
}

std::vector<std::string> texts_of(const Json* list, std::string_view member) {
    std::vector<std::string> texts;
    if (list != nullptr && list->is_array()) {
        for (const Json& object : *list) {
            texts.push_back(text_at(object, member));
        }
    }
    return texts;
}

std::string link_at(const Json& document, std::string_view path) {
    std::string text = text_at(document, path);
    const bool web = text.starts_with("https://") || text.starts_with("http://");
    return web ? text : std::string{};
}

Result<std::string> require_text(const Json& document, std::string_view path) {
    const Json* const value = field(document, path);
    if (value == nullptr || !value->is_string()) {
        return missing(path, "a text");
    }
    return value->get<std::string>();
}

Result<std::int64_t> require_number(const Json& document, std::string_view path) {
    const auto number = number_at(document, path);
    if (!number) {
        return missing(path, "a whole number");
    }
    return *number;
}

Result<std::string> require_object_id(const Json& document, std::string_view path) {
    auto text = require_text(document, path);
    if (!text) {
        return text;
    }
    if (const auto id = ObjectId::parse(*text); !id) {
        return fail(id.error().in(path));
    }
    return text;
}

Result<std::string> require_ref(const Json& document, std::string_view path) {
    auto text = require_text(document, path);
    if (text && !is_ref_name(*text)) {
        return fail(ErrorCode::invalid,
                    std::string(path) + ": " + shown(*text) + " is no full ref name");
    }
    return text;
}

Result<std::string> require_branch(const Json& document, std::string_view path) {
    auto text = require_text(document, path);
    if (text && !is_ref_name("refs/heads/" + *text)) {
        return fail(ErrorCode::invalid,
                    std::string(path) + ": " + shown(*text) + " is no branch name");
    }
    return text;
}

Result<RepositoryName> require_repository(const Json& document, std::string_view path) {
    const auto text = require_text(document, path);
    if (!text) {
        return fail(text.error());
    }
    auto name = RepositoryName::parse(*text);
    if (!name) {
        return fail(ErrorCode::denied, name.error().message);
    }
    return name;
}

Result<RepositoryName> repository_at(const Json& document, std::string_view path) {
    const Json* const value = field(document, path);
    return value == nullptr || value->is_null() ? RepositoryName{}
                                                : require_repository(document, path);
}

}  // namespace hookd::webhook
