#pragma once

#include "core/base/result.hpp"
#include "hooks/spool_record.hpp"

#include <string>
#include <string_view>

namespace hookd::hooks {

/// Puts `record` into the spool folder so that it is there, whole, after a power cut, or not at
/// all: a temporary file, fsync, rename to `<id>.push`, fsync of the folder. Only the folder's
/// owner may read the file, or also its group where the group may write the folder: then the
/// pushers are other users than the daemon, and the group is how it reads what they leave.
///
/// Returns the file's name. **Errors:** denied where everybody may write the folder; whatever
/// the disk says. Messages name no path: a pusher reads them.
[[nodiscard]] Result<std::string> write_to_spool(const std::string& folder,
                                                 const SpoolRecord& record);

/// Name of the temporary file before it has its own; what a crash leaves of it may be removed.
[[nodiscard]] std::string spool_temporary_name(const std::string& file_name);
[[nodiscard]] bool is_spool_temporary(std::string_view name);

}  // namespace hookd::hooks
