#pragma once

namespace hookd::hookctl {

/// What `hookctl` exits with. **Source:** docs/reference.md, "hookctl".
enum class Exit {
    done = 0,
    no = 1,  ///< the answer is no: a check found problems, a run failed when asked to wait
    usage = 2,
    no_daemon = 3,
    not_allowed = 4,
};

}  // namespace hookd::hookctl
