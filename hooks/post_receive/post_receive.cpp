#include "hooks/post_receive/post_receive.hpp"

#include "core/base/ulid.hpp"
#include "hooks/hook_settings.hpp"
#include "hooks/post_receive/chain.hpp"
#include "hooks/post_receive/poke.hpp"
#include "hooks/post_receive/report.hpp"
#include "hooks/spool_writer.hpp"

#include <limits.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <memory>

namespace hookd::hooks {
namespace {

/// Writes until the deadline. What a vanished client does not take is not worth more.
void print(int output, std::string_view text, const Deadline& deadline) {
    while (!text.empty()) {
        const ::ssize_t written = ::write(output, text.data(), text.size());
        if (written < 0 && errno != EINTR) {
            return;
        }
        text.remove_prefix(written > 0 ? static_cast<std::size_t>(written) : 0);
        if (deadline.is_over()) {
            return;
        }
    }
}

/// Absolute path of the repository git runs us in, without links.
Result<std::string> repository_path(Environment environment) {
    std::string folder(variable(environment, "GIT_DIR"));
    if (folder.empty()) {
        folder = ".";
    }
    const std::unique_ptr<char, void (*)(void*)> path(::realpath(folder.c_str(), nullptr), ::free);
    if (!path) {
        return fail_errno("cannot find the repository");
    }
    return std::string(path.get());
}

/// Records what `input` says moved. Returns what the pusher should read, which is nothing where
/// nothing moved.
Result<std::string> record_push(const PostReceive& call, std::string_view input,
                                const Deadline& deadline) {
    const WallTime now = RealClock{}.wall();
    auto updates = ref_updates_from(input, now);
    if (!updates) {
        return fail(updates.error());
    }
    if (updates->empty()) {
        return std::string{};
    }
    auto repository = repository_path(call.environment);
    if (!repository) {
        return fail(repository.error());
    }
    const auto settings = read_hook_settings(*repository);
    if (!settings) {
        return fail(settings.error());
    }
    SpoolRecord record;
    record.id = make_ulid(now);
    record.repository = std::move(*repository);
    record.time = now;
    record.uid = ::geteuid();
    describe_pusher(record, call.environment);
    record.updates = std::move(*updates);
    const auto name = write_to_spool(settings->spool, record);
    if (!name) {
        return fail(name.error());
    }
    return report_answer(record,
                         poke(settings->socket, *name, std::min(call.answer, deadline.left())));
}

}  // namespace

int run_post_receive(const PostReceive& call) {
    std::string input;
    {
        const Deadline deadline(call.total);
        auto read = read_to_end(call.input, deadline);
        if (!read) {
            // Hooks that run after us must see all of it or not run.
            print(call.output, report_unrecorded(read.error()), deadline);
            return 0;
        }
        input = std::move(*read);
        const auto report = record_push(call, input, deadline);
        print(call.output, report ? *report : report_unrecorded(report.error()), deadline);
    }
    int status = 0;
    for (const auto& program : chained_hooks(call.program + ".d")) {
        const auto ended = run_chained(program, input, call.sigpipe_was_ignored);
        if (!ended) {
            const Deadline deadline(call.answer);
            print(call.output, "hookd: " + ended.error().message + "\n", deadline);
        }
        status = status != 0 ? status : ended.value_or(1);
    }
    return status;
}

}  // namespace hookd::hooks
