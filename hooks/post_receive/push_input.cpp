#include "hooks/post_receive/push_input.hpp"

#include "core/base/text.hpp"
#include "core/base/ulid.hpp"
#include "hooks/line_text.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace hookd::hooks {
namespace {

/// gitolite, GitLab, Gitea and Forgejo, an HTTP server. The first that is set is shown.
constexpr std::array<std::string_view, 4> k_hints = {"GL_USERNAME", "GL_USER", "GITEA_PUSHER_NAME",
                                                     "REMOTE_USER"};

/// More of them are not even counted: each costs a look through the environment.
constexpr std::uint64_t k_most_options_counted = 10'000;

}  // namespace

Result<std::string> read_to_end(int fd, const Deadline& deadline) {
    std::string data;
    std::array<char, 65536> block;
    for (;;) {
        const ::ssize_t got = ::read(fd, block.data(), block.size());
        if (got == 0) {
            return data;
        }
        if (got > 0) {
            data.append(block.data(), static_cast<std::size_t>(got));
        } else if (errno != EINTR) {
            return fail_errno("cannot read git's list of refs");
        }
        if (deadline.is_over()) {
            return fail(ErrorCode::timeout, "git's list of refs did not come to its end in time");
        }
    }
}

Result<std::vector<RefUpdate>> ref_updates_from(std::string_view input, WallTime now) {
    std::vector<RefUpdate> updates;
    for (std::size_t number = 1; !input.empty(); ++number) {
        std::string_view line = input.substr(0, input.find('\n'));
        input.remove_prefix(std::min(line.size() + 1, input.size()));
        const auto before = ObjectId::parse(take_word(line));
        const auto after = ObjectId::parse(take_word(line));
        if (!before || !after || line.empty()) {
            return fail(ErrorCode::invalid,
                        "line " + std::to_string(number) + " of git's list is not \"old new ref\"");
        }
        if (before->is_zero() && after->is_zero()) {
            continue;
        }
        updates.push_back({EventId(make_ulid(now)), *before, *after, std::string(line)});
    }
    return updates;
}

std::string_view variable(Environment environment, std::string_view name) {
    for (; *environment != nullptr; ++environment) {
        const std::string_view entry(*environment);
        if (entry.size() > name.size() && entry.starts_with(name) && entry[name.size()] == '=') {
            return entry.substr(name.size() + 1);
        }
    }
    return {};
}

void describe_pusher(SpoolRecord& record, Environment environment) {
    for (const auto name : k_hints) {
        const auto value = variable(environment, name).substr(0, SpoolLimits::k_hint_bytes);
        if (!value.empty()) {
            record.hints.push_back({std::string(name), std::string(value)});
        }
    }
    const auto count = parse_number(variable(environment, "GIT_PUSH_OPTION_COUNT")).value_or(0);
    for (std::uint64_t i = 0; i < std::min(count, k_most_options_counted); ++i) {
        if (record.push_options.size() == SpoolLimits::k_push_options) {
            record.push_options_dropped += count - i;
            break;
        }
        const auto option = variable(environment, "GIT_PUSH_OPTION_" + std::to_string(i));
        if (option.size() > SpoolLimits::k_push_option_bytes) {
            ++record.push_options_dropped;
        } else {
            record.push_options.emplace_back(option);
        }
    }
}

}  // namespace hookd::hooks
