#pragma once

#include <filesystem>
#include <string_view>

namespace hookd::handlers {

/// Appends the line "hookd: text" to the attempt's log, on a line of its own whatever stands
/// before it. Control bytes, newlines and what is no UTF-8 are made harmless. What the disk does
/// not take is lost: the result of the action says the same.
void append_to_log(const std::filesystem::path& log, std::string_view text);

}  // namespace hookd::handlers
