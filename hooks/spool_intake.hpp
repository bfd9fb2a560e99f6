#pragma once

#include "config/current.hpp"
#include "core/base/clock.hpp"
#include "core/base/log.hpp"
#include "core/base/result.hpp"
#include "core/queue/arrival.hpp"

#include <filesystem>
#include <memory>

namespace hookd::hooks {

/// The daemon's side of the spool: takes what hooks have left, verifies it, hands it to the queue,
/// removes the file once it is stored, and tells the hook. Pushes of one repository are taken in
/// the order of their ids; a file that cannot be taken now keeps the later ones of its repository
/// waiting, one that never can is moved to `refused/` and logged.
/// **Thread:** start and stop are one thread's. It has two threads of its own.
class SpoolIntake {
  public:
    struct Settings {
        std::filesystem::path spool;  ///< made where missing, for its owner alone: SpoolFolder
        /// Where hooks ask: its owner's alone, or also the group's that may write the spool.
        std::filesystem::path socket;
        /// The spool is looked at this often, should the system's notice fail.
        Milliseconds rescan{30'000};
        /// What was kept is tried again after this, then after twice as long, up to `rescan`.
        Milliseconds retry{1'000};
    };

    /// **Requires:** `configuration`, `clock` and `log` outlive it.
    SpoolIntake(Settings settings, const config::Current& configuration, queue::Intake intake,
                const Clock& clock, Log& log);
    SpoolIntake(const SpoolIntake&) = delete;
    SpoolIntake& operator=(const SpoolIntake&) = delete;
    ~SpoolIntake();

    /// Starts to take what is there. **Errors:** as SpoolFolder::open and SpoolSocket::listen.
    [[nodiscard]] Status start();

    /// Takes no more files and waits until the queue has answered about those it was given, for
    /// ten seconds at most; a file without answer stays and is taken again at the next start.
    void stop();

  private:
    struct Running;

    Settings settings_;
    const config::Current& configuration_;
    queue::Intake intake_;
    const Clock& clock_;
    Log& log_;
    std::unique_ptr<Running> running_;
};

}  // namespace hookd::hooks
