#pragma once

#include "core/base/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace hookd::hooks {

/// The programs in `folder`, in the order of their names' bytes: executable files, or links to
/// such, but no hidden ones and no editors' copies (`*~`). Empty where there is no such folder.
[[nodiscard]] std::vector<std::string> chained_hooks(const std::string& folder);

/// Runs one program as git would have: the same bytes on its standard input, our environment,
/// working folder, output and error, and no limit of time. Waits for it.
/// Returns its exit status, 128 + the number of the signal that ended it.
/// `sigpipe_was_ignored`: how git handed that signal to us; we ignore it, the program gets it so.
[[nodiscard]] Result<int> run_chained(const std::string& program, std::string_view input,
                                      bool sigpipe_was_ignored);

}  // namespace hookd::hooks
