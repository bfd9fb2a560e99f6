#include "apps/hookctl/since.hpp"

#include "config/duration.hpp"
#include "core/base/text.hpp"

namespace hookd::hookctl {

Result<WallTime> since_time(std::string_view text, WallTime now) {
    if (const auto age = config::parse_duration(text)) {
        return now - *age;
    }
    if (const auto time = from_rfc3339(text)) {
        return *time;
    }
    return fail(ErrorCode::invalid, "\"" + printable_line(text) +
                                        "\" is neither a time (2026-11-23T10:00:00Z) nor an age "
                                        "(90m, 2h, 3d)");
}

}  // namespace hookd::hookctl
