#include "handlers/output_file.hpp"

#include "core/base/fd.hpp"
#include "core/base/text.hpp"

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace hookd::handlers {
namespace {

/// Quoted, harmless, and not longer than a message can bear.
std::string shown(std::string_view text) {
    constexpr std::size_t k_most = 40;
    return "\"" + printable_line(text.substr(0, k_most)) + (text.size() > k_most ? "..." : "") +
           "\"";
}

tl::unexpected<Error> wrong(const std::string& what) {
    return fail(ErrorCode::invalid, "the output file " + what);
}

bool is_key(std::string_view text) {
    constexpr std::size_t k_longest_key = 64;
    const auto is_letter = [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
    };
    return !text.empty() && text.size() <= k_longest_key && is_letter(text.front()) &&
           std::all_of(text.begin(), text.end(),
                       [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

Status add(Outputs& outputs, std::string_view key, std::string value) {
    if (!is_key(key)) {
        return wrong("has the key " + shown(key) +
                     ", which must be letters, digits and \"_\", at most 64, no digit first");
    }
    if (value.find('\0') != std::string::npos) {
        return wrong("has a NUL byte in the value of " + shown(key));
    }
    outputs.insert_or_assign(std::string(key), std::move(value));
    if (outputs.size() > k_output_keys) {
        return wrong("has more than " + std::to_string(k_output_keys) + " keys");
    }
    return {};
}

hookd::Result<Outputs> parse_object(std::string_view content) {
    const auto object = nlohmann::json::parse(content, nullptr, false);
    if (!object.is_object()) {
        return wrong("starts with \"{\" but is no JSON object");
    }
    Outputs outputs;
    for (const auto& [key, value] : object.items()) {
        if (!value.is_string() && !value.is_number() && !value.is_boolean()) {
            return wrong("has a value of " + shown(key) + " that is no text, number or boolean");
        }
        auto text = value.is_string() ? value.get<std::string>() : value.dump();
        if (auto added = add(outputs, key, std::move(text)); !added) {
            return fail(added.error());
        }
    }
    return outputs;
}

hookd::Result<Outputs> parse_lines(std::string_view content) {
    Outputs outputs;
    for (const std::string_view line : split(content, '\n')) {
        if (trim(line).empty()) {
            continue;
        }
        const std::size_t equals = line.find('=');
        if (equals == std::string_view::npos) {
            return wrong("has the line " + shown(line) + ", which must be key=value");
        }
        auto added = add(outputs, line.substr(0, equals), std::string(line.substr(equals + 1)));
        if (!added) {
            return fail(added.error());
        }
    }
    return outputs;
}

}  // namespace

hookd::Result<Outputs> read_output_file(const std::filesystem::path& path) {
    // Non-blocking: a FIFO in its place has nobody who writes.
    const Fd file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    if (!file.is_open()) {
        if (errno == ENOENT) {
            return Outputs{};
        }
        return errno == ELOOP ? wrong("is a link, not a regular file")
                              : wrong("cannot be read: " + std::string(::strerrordesc_np(errno)));
    }
    struct ::stat status {};
    if (::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
        return wrong("is no regular file");
    }
    std::string content(k_output_bytes + 1, '\0');
    std::size_t size = 0;
    ::ssize_t got = 0;
    while (size < content.size() &&
           (got = ::read(file.get(), content.data() + size, content.size() - size)) > 0) {
        size += static_cast<std::size_t>(got);
    }
    if (got < 0) {
        return wrong("cannot be read: " + std::string(::strerrordesc_np(errno)));
    }
    content.resize(size);
    return parse_outputs(content);
}

hookd::Result<Outputs> parse_outputs(std::string_view content) {
    if (content.size() > k_output_bytes) {
        return wrong("is larger than 64 KiB");
    }
    if (content.find('\0') != std::string_view::npos) {
        return wrong("holds a NUL byte");
    }
    if (!is_valid_utf8(content)) {
        return wrong("is no UTF-8 text");
    }
    return trim(content).starts_with('{') ? parse_object(content) : parse_lines(content);
}

}  // namespace hookd::handlers
