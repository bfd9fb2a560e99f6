#pragma once

#include "core/base/result.hpp"
#include "core/process/command.hpp"

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

namespace hookd::process {

/// The program that `name` means: itself where it holds a '/', else the first executable file in
/// the folders of PATH in `environment`. **Errors:** not_found, denied.
/// **Source:** execvp(3), but without its default for an absent PATH.
[[nodiscard]] Result<std::string> find_program(const std::string& name,
                                               const std::vector<std::string>& environment);

/// Starts the command's program in the present folder and returns once it has been executed. It
/// is the leader of a new session, has this process's standard input, `output` as standard output
/// and error and no other descriptor, no blocked signal, and is killed when this process dies.
/// **Errors:** `cannot start "make": No such file or directory`, and then nothing is left of it.
/// **Requires:** the calling thread is the only one, and lives as long as the program: a
/// parent-death signal comes with the death of the thread.
[[nodiscard]] Result<::pid_t> start_program(const Command& command, int output);

}  // namespace hookd::process
