#include "hooks/install_record.hpp"

#include "hooks/line_text.hpp"

#include <algorithm>
#include <array>

namespace hookd::hooks {
namespace {

constexpr std::string_view k_first_line = "hookd-install 1\n";
constexpr std::array<std::string_view, 3> k_previous = {"none", "file", "link"};

}  // namespace

std::string to_text(const InstallRecord& record) {
    std::string text(k_first_line);
    text += "previous ";
    text += k_previous[static_cast<std::size_t>(record.previous)];
    if (record.previous == InstallRecord::Previous::link) {
        text += " " + encode_word(record.link_target);
    }
    text += record.made_hooks ? "\nmade hooks" : "";
    text += record.made_chain ? "\nmade post-receive.d" : "";
    return text + "\n";
}

Result<InstallRecord> install_record_from(std::string_view text) {
    const std::string_view whole = text;
    InstallRecord record;
    text.remove_prefix(std::min(k_first_line.size(), text.size()));
    auto line = take_line(text).value_or("");
    static_cast<void>(take_word(line));
    const auto previous = take_word(line);
    const auto* const found = std::find(k_previous.begin(), k_previous.end(), previous);
    if (found != k_previous.end()) {
        record.previous = static_cast<InstallRecord::Previous>(found - k_previous.begin());
    }
    record.link_target = decode_word(line).value_or("");
    while (const auto next = take_line(text)) {
        record.made_hooks = record.made_hooks || *next == "made hooks";
        record.made_chain = record.made_chain || *next == "made post-receive.d";
    }
    // Read leniently, then held against the one form there is.
    if (to_text(record) != whole) {
        return fail(ErrorCode::invalid,
                    "what was noted at installation is damaged; remove the hook by hand");
    }
    return record;
}

}  // namespace hookd::hooks
