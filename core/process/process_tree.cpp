#include "core/process/process_tree.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <charconv>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace hookd::process {
namespace {

/// A file of /proc, whose sizes are not known before. Empty where it cannot be read.
std::string read_proc(const std::string& path) {
    const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    std::string content;
    char part[4096];
    ::ssize_t size = 0;
    while (file.is_open() && (size = ::read(file.get(), part, sizeof part)) > 0) {
        content.append(part, static_cast<std::size_t>(size));
    }
    return content;
}

/// Takes the next number; nothing where there is none.
std::optional<::pid_t> take_number(std::string_view& text) {
    const std::size_t first = text.find_first_of("0123456789");
    if (first == std::string_view::npos) {
        return std::nullopt;
    }
    text.remove_prefix(first);
    ::pid_t number = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (problem != std::errc{}) {
        return std::nullopt;
    }
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return number;
}

struct Stat {
    char state = '?';
    ::pid_t parent = 0;
    ::pid_t group = 0;
};

/// **Source:** proc(5), /proc/pid/stat: "pid (name) state ppid pgrp"; the name may hold anything.
std::optional<Stat> read_stat(::pid_t pid) {
    const std::string content = read_proc("/proc/" + std::to_string(pid) + "/stat");
    const std::size_t name_end = content.rfind(')');
    if (name_end == std::string::npos || content.size() < name_end + 3) {
        return std::nullopt;
    }
    Stat stat{content[name_end + 2], 0, 0};
    std::string_view rest = std::string_view(content).substr(name_end + 3);
    const auto parent = take_number(rest);
    const auto group = take_number(rest);
    if (!parent || !group) {
        return std::nullopt;
    }
    stat.parent = *parent;
    stat.group = *group;
    return stat;
}

/// The process, if after opening its pidfd it is still a child of `parent` or of us: the number
/// may have gone to a stranger since it was listed.
std::optional<Descendant> pin(::pid_t pid, ::pid_t parent) {
    Fd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    if (!pidfd.is_open()) {
        return std::nullopt;
    }
    const auto stat = read_stat(pid);
    if (!stat || stat->state == 'Z' || (stat->parent != parent && stat->parent != ::getpid())) {
        return std::nullopt;
    }
    return Descendant{pid, stat->group, std::move(pidfd)};
}

/// Adds what descends from `pid`, nearest first.
void add_descendants(::pid_t pid, std::vector<Descendant>& found) {
    std::size_t next = found.size();
    for (::pid_t parent = pid;;) {
        for (const ::pid_t child : children_of(parent)) {
            if (auto pinned = pin(child, parent)) {
                found.push_back(std::move(*pinned));
            }
        }
        if (next == found.size()) {
            return;
        }
        parent = found[next++].pid;
    }
}

}  // namespace

std::vector<::pid_t> children_of(::pid_t pid) {
    const std::string tasks = "/proc/" + std::to_string(pid) + "/task";
    const std::unique_ptr<::DIR, int (*)(::DIR*)> folder(::opendir(tasks.c_str()), ::closedir);
    std::vector<::pid_t> children;
    while (const ::dirent* const task = folder ? ::readdir(folder.get()) : nullptr) {
        if (task->d_name[0] == '.') {
            continue;
        }
        const std::string list = read_proc(tasks + "/" + task->d_name + "/children");
        std::string_view rest = list;
        while (const auto child = take_number(rest)) {
            children.push_back(*child);
        }
    }
    return children;
}

std::vector<Descendant> descendants_of_self() {
    std::vector<Descendant> found;
    add_descendants(::getpid(), found);
    return found;
}

std::vector<Descendant> tree_of_child(::pid_t child) {
    std::vector<Descendant> found;
    if (auto pinned = pin(child, ::getpid())) {
        found.push_back(std::move(*pinned));
    }
    add_descendants(child, found);
    return found;
}

void send_signal(const Descendant& process, int signal) {
    ::syscall(SYS_pidfd_send_signal, process.pidfd.get(), signal, nullptr, 0);
}

}  // namespace hookd::process
