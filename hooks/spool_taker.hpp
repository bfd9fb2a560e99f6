#pragma once

#include "config/current.hpp"
#include "core/base/clock.hpp"
#include "core/base/log.hpp"
#include "core/queue/arrival.hpp"
#include "hooks/answer_board.hpp"
#include "hooks/spool_folder.hpp"
#include "hooks/verified_push.hpp"

#include <functional>
#include <memory>
#include <set>
#include <string>

namespace hookd::hooks {

/// Takes spool files into the queue. Several are under way at a time, so that one commit of the
/// queue may hold them all, but one a repository, so that their order stays.
/// **Thread:** one at a time.
class SpoolTaker {
  public:
    /// **Requires:** all but `folder` and `intake` outlive it.
    SpoolTaker(SpoolFolder folder, const config::Current& configuration, queue::Intake intake,
               AnswerBoard& board, const Clock& clock, Log& log);

    /// Takes all files that are there, oldest first, until `stop` says so, and waits for the
    /// queue. Returns whether nothing had to be kept.
    bool take_all(const std::function<bool()>& stop);

    /// Waits, ten seconds at most, until the queue has answered about what it was given.
    void wait_for_queue();

  private:
    struct UnderWay;  ///< shared with the queue's callbacks, which may come late

    void take(const std::string& name);
    /// Gives a push whose claims hold to the queue; the file goes when it has been stored.
    void hand_over(const std::string& name, const std::string& repository, uid_t owner,
                   VerifiedPush push);
    /// Waits until no file of the repository is under way, and not too many are. False where its
    /// files must wait for the next round.
    [[nodiscard]] bool is_next(const std::string& repository);
    /// Does what is left to do for a file the queue has answered about, waiting for one.
    [[nodiscard]] bool settle_one(Milliseconds most);

    void keep(const std::string& name, const std::string& repository, uid_t owner,
              const Error& error);
    void refuse(const std::string& name, uid_t owner, const std::string& reason);

    SpoolFolder folder_;
    const config::Current& configuration_;
    queue::Intake intake_;
    AnswerBoard& board_;
    const Clock& clock_;
    Log& log_;
    std::shared_ptr<UnderWay> under_way_;
    std::set<std::string> busy_;  ///< repositories with a file under way
    std::set<std::string> held_;  ///< repositories whose later files wait, in this round
    bool kept_any_ = false;
};

}  // namespace hookd::hooks
