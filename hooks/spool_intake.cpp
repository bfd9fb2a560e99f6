#include "hooks/spool_intake.hpp"

#include "hooks/answer_board.hpp"
#include "hooks/spool_socket.hpp"
#include "hooks/spool_taker.hpp"
#include "hooks/spool_watch.hpp"

#include <algorithm>
#include <thread>
#include <utility>

namespace hookd::hooks {

struct SpoolIntake::Running {
    Running(SpoolTaker the_taker, SpoolSocket the_socket, SpoolWatch the_watch)
        : taker(std::move(the_taker)), socket(std::move(the_socket)), watch(std::move(the_watch)) {}

    std::unique_ptr<AnswerBoard> board;
    SpoolTaker taker;
    SpoolSocket socket;
    SpoolWatch watch;
    Fd stop;
    std::thread taking;
    std::thread answering;
};

SpoolIntake::SpoolIntake(Settings settings, const config::Current& configuration,
                         queue::Intake intake, const Clock& clock, Log& log)
    : settings_(std::move(settings)),
      configuration_(configuration),
      intake_(std::move(intake)),
      clock_(clock),
      log_(log) {}

SpoolIntake::~SpoolIntake() {
    stop();
}

Status SpoolIntake::start() {
    auto folder = SpoolFolder::open(settings_.spool);
    if (!folder) {
        return fail(folder.error());
    }
    folder->clean(clock_.wall());
    auto socket = SpoolSocket::listen(settings_.socket, folder->group());
    if (!socket) {
        return fail(socket.error());
    }
    auto watch = SpoolWatch::open(settings_.spool, log_);
    if (!watch) {
        return fail(watch.error());
    }
    auto stop = make_event_fd();
    if (!stop) {
        return fail(stop.error());
    }
    auto board = std::make_unique<AnswerBoard>();
    if (auto opened = board->open(); !opened) {
        return fail(opened.error());
    }
    running_ = std::make_unique<Running>(
        SpoolTaker(std::move(*folder), configuration_, intake_, *board, clock_, log_),
        std::move(*socket), std::move(*watch));
    Running& running = *running_;
    running.board = std::move(board);
    running.stop = std::move(*stop);
    running.taking = std::thread([this, &running] {
        Milliseconds retry = settings_.retry;
        while (!running.watch.is_stopped()) {
            const bool all = running.taker.take_all([&] { return running.watch.is_stopped(); });
            running.watch.wait(all ? settings_.rescan : retry);
            retry = all ? settings_.retry : std::min(retry * 2, settings_.rescan);
        }
        running.taker.wait_for_queue();
    });
    running.answering = std::thread([this, &running] {
        running.socket.serve(
            *running.board, [&running] { running.watch.wake(); }, running.stop.get(), log_);
    });
    return {};
}

void SpoolIntake::stop() {
    if (!running_) {
        return;
    }
    // Answers go out until the last file is done.
    running_->watch.stop();
    running_->taking.join();
    signal_event_fd(running_->stop.get());
    running_->answering.join();
    running_.reset();
}

}  // namespace hookd::hooks
