#include "config/read_listener.hpp"

#include "config/address.hpp"
#include "config/host_name.hpp"
#include "config/message.hpp"
#include "config/read_common.hpp"
#include "config/read_tls.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace hookd::config {
namespace {

constexpr std::string_view k_unix = "unix:";
constexpr std::string_view k_systemd = "systemd";
/// What a socket's address has room for. **Source:** unix(7).
constexpr std::size_t k_longest_socket_path = 107;

/// The permission bits that "0660" or "660" say.
std::optional<unsigned> parse_mode(std::string_view text) {
    if (text.size() < 3 || text.size() > 4 || (text.size() == 4 && text.front() != '0') ||
        text.find_first_not_of("01234567") != std::string_view::npos) {
        return std::nullopt;
    }
    unsigned mode = 0;
    for (const char digit : text) {
        mode = mode * 8 + static_cast<unsigned>(digit - '0');
    }
    return mode;
}

Result<ListenOn> parse_listen(const std::string& text, const std::filesystem::path& folder) {
    if (text.starts_with(k_unix)) {
        const std::string name = text.substr(k_unix.size());
        const auto path = (std::filesystem::absolute(folder) / name).lexically_normal();
        if (name.empty() || !path.has_filename() || path.native().size() > k_longest_socket_path) {
            return fail(ErrorCode::invalid, quote(text) +
                                                " is no socket: a path of at most 107 bytes must "
                                                "follow, such as unix:/run/hookd/webhooks.sock");
        }
        return ListenUnix{path};
    }
    if (text == k_systemd) {
        return ListenInherited{};
    }
    if (text.starts_with(std::string(k_systemd) + ":")) {
        std::string name = text.substr(k_systemd.size() + 1);
        if (name.empty() || name.find(':') != std::string::npos) {
            return fail(ErrorCode::invalid,
                        quote(text) +
                            " is no socket of systemd: a FileDescriptorName= must "
                            "follow the colon, such as systemd:webhooks");
        }
        return ListenInherited{std::move(name)};
    }
    auto address = parse_address(text);
    if (!address) {
        return fail(address.error());
    }
    return *std::move(address);
}

void read_mode(const Node& node, ListenOn& on, Findings& findings) {
    const std::string* const text = find_text(node, "mode");
    if (text == nullptr) {
        return;
    }
    const Position at = node.find("mode")->at;
    auto* const socket = std::get_if<ListenUnix>(&on);
    const auto mode = parse_mode(*text);
    if (socket == nullptr) {
        findings.add(at, "\"mode\" is of a socket's file: \"address\" must be unix:PATH with it");
    } else if (!mode) {
        findings.add(at, quote(*text) +
                             " is no mode: it must be three octal digits, with a 0 "
                             "before them or not, such as \"0660\"");
    } else {
        socket->mode = *mode;
    }
}

void read_hosts(const Node& node, WebhookListener& listener, Findings& findings) {
    for (const Node* host : find_texts(node, "hosts")) {
        auto name = normal_host(*host->text());
        if (!name) {
            findings.add(host->at, quote(*host->text()) +
                                       " is no host: write a name or an address, without a port, "
                                       "such as hooks.example.org");
        } else {
            listener.hosts.push_back(*std::move(name));
        }
    }
}

void read_times(const Node& node, ListenTimes& times, Findings& findings) {
    const auto read = [&](std::string_view key, Milliseconds& time) {
        time = read_duration(node, key, time, findings);
    };
    read("handshake", times.handshake);
    read("headers", times.headers);
    read("body", times.body);
    read("answer", times.answer);
    read("idle", times.idle);
}

}  // namespace

std::optional<WebhookListener> read_listener(const Node& node, Findings& findings) {
    WebhookListener listener;
    read_hosts(node, listener, findings);
    if (const Node* const times = node.find("times")) {
        read_times(*times, listener.times, findings);
    }
    if (const Node* const tls = node.find("tls")) {
        listener.tls = read_tls(*tls, findings);
    }
    const std::string* const text = find_text(node, "address");
    if (text == nullptr) {
        return std::nullopt;  // the schema says so
    }
    auto on = parse_listen(*text, findings.file().parent_path());
    if (!on) {
        findings.add(node.find("address")->at, on.error().message);
        return std::nullopt;
    }
    listener.on = *std::move(on);
    read_mode(node, listener.on, findings);
    return listener;
}

}  // namespace hookd::config
