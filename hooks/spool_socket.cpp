#include "hooks/spool_socket.hpp"

#include "hooks/hook_settings.hpp"
#include "hooks/spool_record.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

namespace hookd::hooks {
namespace {

/// "<ULID>.push" and its newline.
constexpr std::size_t k_line_bytes = 32;

struct Address {
    ::sockaddr_un unix_domain{};
    [[nodiscard]] const ::sockaddr* generic() const {
        return static_cast<const ::sockaddr*>(static_cast<const void*>(&unix_domain));
    }
};

Result<Address> address_of(const std::filesystem::path& path) {
    const auto& text = path.native();
    if (text.size() > k_socket_path_bytes) {
        return fail(ErrorCode::invalid, "the socket's path \"" + text + "\" is longer than " +
                                            std::to_string(k_socket_path_bytes) + " bytes");
    }
    Address address;
    address.unix_domain.sun_family = AF_UNIX;
    std::memcpy(address.unix_domain.sun_path, text.data(), text.size());
    return address;
}

Fd make_socket() {
    return Fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
}

bool somebody_answers(const Address& address) {
    const Fd socket = make_socket();
    return ::connect(socket.get(), address.generic(), sizeof address.unix_domain) == 0 ||
           errno == EAGAIN;
}

}  // namespace

Result<SpoolSocket> SpoolSocket::listen(const std::filesystem::path& path,
                                        std::optional<gid_t> group) {
    const auto address = address_of(path);
    if (!address) {
        return fail(address.error());
    }
    const std::string name = "\"" + path.string() + "\"";
    if (somebody_answers(*address)) {
        return fail(ErrorCode::exists,
                    "somebody answers on " + name + " already; is another hookd running?");
    }
    struct ::stat status {};
    if (::lstat(path.c_str(), &status) == 0 && S_ISSOCK(status.st_mode)) {
        ::unlink(path.c_str());
    }
    SpoolSocket socket;
    socket.listener_ = make_socket();
    const int listener = socket.listener_.get();
    // Set on the socket before it has a name, the mode holds from the first moment.
    if (::fchmod(listener, 0600) != 0 ||
        ::bind(listener, address->generic(), sizeof address->unix_domain) != 0) {
        return fail_errno("cannot make the socket " + name);
    }
    socket.path_ = path;
    if (group && (::lchown(path.c_str(), static_cast<uid_t>(-1), *group) != 0 ||
                  ::chmod(path.c_str(), 0660) != 0)) {
        return fail_errno("cannot give the socket " + name + " to the spool's group");
    }
    if (::listen(listener, SOMAXCONN) != 0) {
        return fail_errno("cannot listen on " + name);
    }
    return socket;
}

SpoolSocket::~SpoolSocket() {
    if (listener_.is_open()) {
        ::unlink(path_.c_str());
    }
}

void SpoolSocket::serve(AnswerBoard& board, const std::function<void()>& wake, int stop_fd,
                        Log& log) {
    for (;;) {
        std::vector<::pollfd> entries = {{stop_fd, POLLIN, 0}, {board.fd(), POLLIN, 0}};
        if (asking_.size() < k_most_connections) {
            entries.push_back({listener_.get(), POLLIN, 0});
        }
        for (const auto& [fd, asking] : asking_) {
            entries.push_back({fd, POLLIN, 0});
        }
        // Somebody who says nothing is looked at again when his time may be over.
        ::poll(entries.data(), entries.size(), asking_.empty() ? -1 : 1000);
        if ((entries[0].revents & POLLIN) != 0) {
            return;
        }
        drain_event_fd(board.fd());
        for (const auto& entry : entries) {
            if (entry.revents == 0) {
                continue;
            }
            if (entry.fd == listener_.get()) {
                accept_one(log);
            } else if (const auto found = asking_.find(entry.fd); found != asking_.end()) {
                if (receive(found->second)) {
                    asking_.erase(found);
                } else {
                    wake();
                }
            }
        }
        std::erase_if(asking_, [&](const auto& item) {
            return answer(item.second, board) || clock_.boot() > item.second.until;
        });
    }
}

void SpoolSocket::accept_one(Log& log) {
    Fd connection(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!connection.is_open()) {
        return;
    }
    ::ucred peer{};
    ::socklen_t size = sizeof peer;
    if (::getsockopt(connection.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) {
        return;
    }
    log.debug("a hook asks",
              {{"uid", std::to_string(peer.uid)}, {"pid", std::to_string(peer.pid)}});
    const int fd = connection.get();
    asking_[fd] = Asking{std::move(connection), peer.uid, {}, clock_.boot() + k_longest};
}

bool SpoolSocket::receive(Asking& asking) {
    std::array<char, k_line_bytes> block;
    const ::ssize_t got = ::recv(asking.connection.get(), block.data(), block.size(), 0);
    if (got < 0) {
        return errno != EAGAIN && errno != EINTR;
    }
    asking.line.append(block.data(), static_cast<std::size_t>(got));
    const auto end = asking.line.find('\n');
    if (end == std::string::npos) {
        return got == 0 || asking.line.size() > k_line_bytes;
    }
    // One line is all there is to say; more of it, or the peer's end, ends the conversation.
    return got == 0 || end + 1 != asking.line.size() ||
           id_of_spool_file(std::string_view(asking.line).substr(0, end)).empty();
}

bool SpoolSocket::answer(const Asking& asking, const AnswerBoard& board) {
    if (!asking.line.ends_with('\n')) {
        return false;
    }
    const auto entry = board.find(asking.line.substr(0, asking.line.size() - 1));
    if (!entry) {
        return false;
    }
    if (asking.peer == entry->owner || asking.peer == 0 || asking.peer == ::geteuid()) {
        // It fits into an empty socket's buffer; a hook that is gone needs none.
        const auto text = to_text(entry->answer);
        [[maybe_unused]] const auto sent =
            ::send(asking.connection.get(), text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    }
    return true;
}

}  // namespace hookd::hooks
