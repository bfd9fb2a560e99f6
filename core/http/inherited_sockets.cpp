#include "core/http/inherited_sockets.hpp"

#include "core/base/text.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <utility>

namespace hookd::http {
namespace {

/// The first descriptor that is handed over.
constexpr int k_first = 3;
/// More than any unit has; what is beyond is nonsense.
constexpr std::uint64_t k_most = 1024;

/// A variable's value, which is then gone from the environment.
std::optional<std::string> take_variable(const char* name) {
    const char* const value = std::getenv(name);
    if (value == nullptr) {
        return std::nullopt;
    }
    std::string text = value;
    ::unsetenv(name);
    return text;
}

std::string list_of(const std::vector<std::string>& names) {
    std::string list;
    for (const std::string& name : names) {
        list += (list.empty() ? "\"" : ", \"") + name + "\"";
    }
    return list;
}

}  // namespace

Result<InheritedSockets> InheritedSockets::take() {
    const auto pid = take_variable("LISTEN_PID");
    const auto count = take_variable("LISTEN_FDS");
    const auto name_list = take_variable("LISTEN_FDNAMES");
    static_cast<void>(take_variable("LISTEN_PIDFDID"));
    InheritedSockets result;
    // Meant for another process, such as one that started us without looking.
    if (!pid || !count || *pid != std::to_string(::getpid())) {
        return result;
    }
    const auto number = parse_number(*count);
    if (!number || *number > k_most) {
        return fail(ErrorCode::invalid,
                    "LISTEN_FDS is \"" + printable_line(*count) + "\", no number of sockets");
    }
    std::vector<std::string_view> names;
    if (name_list) {
        names = split(*name_list, ':');
        if (names.size() != *number) {
            return fail(ErrorCode::invalid, "LISTEN_FDNAMES has " + std::to_string(names.size()) +
                                                " names for " + *count + " sockets");
        }
    }
    for (std::size_t i = 0; i < *number; ++i) {
        const int fd = k_first + static_cast<int>(i);
        if (::fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) {
            return fail_errno("cannot take the socket " + std::to_string(fd) +
                              " that LISTEN_FDS tells of");
        }
        result.sockets_.push_back({names.empty() ? "unknown" : std::string(names[i]), Fd(fd)});
    }
    return result;
}

Result<Fd> InheritedSockets::claim(std::string_view name) {
    const auto there = names();
    if (there.empty()) {
        return fail(ErrorCode::not_found,
                    "no socket was handed over: start hookd through its socket unit");
    }
    if (name.empty() && there.size() > 1) {
        return fail(ErrorCode::invalid,
                    "several sockets were handed over, say which with "
                    "\"systemd:NAME\": " +
                        list_of(there));
    }
    const auto found = std::find_if(sockets_.begin(), sockets_.end(), [name](const Named& each) {
        return name.empty() || each.name == name;
    });
    if (found == sockets_.end()) {
        return fail(ErrorCode::not_found, "no socket \"" + std::string(name) +
                                              "\" was handed over, but " + list_of(there) +
                                              ": see FileDescriptorName= of the socket unit");
    }
    Fd socket = std::move(found->socket);
    sockets_.erase(found);
    return socket;
}

std::vector<std::string> InheritedSockets::names() const {
    std::vector<std::string> names;
    for (const Named& each : sockets_) {
        names.push_back(each.name);
    }
    return names;
}

}  // namespace hookd::http
