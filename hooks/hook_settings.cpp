#include "hooks/hook_settings.hpp"

#include "hooks/line_text.hpp"
#include "hooks/trusted_file.hpp"

#include <sys/stat.h>

namespace hookd::hooks {
namespace {

constexpr std::string_view k_first_line = "hookd-hooks 1\n";
constexpr std::size_t k_most_bytes = 16384;

/// The decoded value of the next line, which must have this key.
std::optional<std::string> take_value(std::string_view& text, std::string_view key) {
    auto line = take_line(text);
    if (!line || take_word(*line) != key) {
        return std::nullopt;
    }
    return decode_word(*line);
}

bool is_absolute(const std::optional<std::string>& path) {
    return path && path->starts_with('/') && path->find('\0') == std::string::npos;
}

}  // namespace

std::string to_text(const HookSettings& settings) {
    return std::string(k_first_line) + "version " + encode_word(settings.version) + "\nspool " +
           encode_word(settings.spool) + "\nsocket " + encode_word(settings.socket) + "\n";
}

Result<HookSettings> hook_settings_from(std::string_view text) {
    const auto wrong = [](const std::string& what) {
        return fail(ErrorCode::invalid, "hookd's settings in the repository are damaged (" + what +
                                            "); install hookd there again");
    };
    if (!text.starts_with(k_first_line)) {
        return wrong("the first line");
    }
    text.remove_prefix(k_first_line.size());
    auto version = take_value(text, "version");
    auto spool = take_value(text, "spool");
    auto socket = take_value(text, "socket");
    if (!version || version->empty()) {
        return wrong("no version");
    }
    if (!is_absolute(spool)) {
        return wrong("\"spool\" is no absolute path");
    }
    if (!is_absolute(socket) || socket->size() > k_socket_path_bytes) {
        return wrong("\"socket\" is no absolute path of at most " +
                     std::to_string(k_socket_path_bytes) + " bytes");
    }
    if (!text.empty()) {
        return wrong("more than it should hold");
    }
    return HookSettings{std::move(*version), std::move(*spool), std::move(*socket)};
}

Result<HookSettings> read_hook_settings(const std::string& repository) {
    struct ::stat status {};
    if (::stat(repository.c_str(), &status) != 0) {
        return fail_errno("cannot look at \"" + repository + "\"");
    }
    const auto text = read_trusted_file(repository + "/" + std::string(k_hookd_folder),
                                        std::string(k_settings_file), status.st_uid, k_most_bytes);
    if (!text) {
        return fail(text.error());
    }
    return hook_settings_from(*text);
}

}  // namespace hookd::hooks
