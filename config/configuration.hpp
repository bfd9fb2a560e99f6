#pragma once

#include "config/generic_sender.hpp"
#include "config/secret.hpp"
#include "core/base/clock.hpp"
#include "core/model/names.hpp"
#include "core/model/plan.hpp"
#include "core/model/states.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

// What the two kinds of file say, as values. Every key: docs/reference.md.
namespace hookd::config {

struct ListenAddress {
    std::string host = "127.0.0.1";
    std::uint16_t port = 8080;
};

struct ListenUnix {
    std::filesystem::path path;
    unsigned mode = 0660;
};
/// A socket that the service manager made and hands over: sd_listen_fds(3).
struct ListenInherited {
    std::string name;  ///< FileDescriptorName=; empty: the only one there is
};
using ListenOn = std::variant<ListenAddress, ListenUnix, ListenInherited>;

/// Files in PEM form, read again with every reload.
struct TlsFiles {
    std::filesystem::path certificate;  ///< with the chain behind it
    std::filesystem::path key;
    // What they held, one pair, when this was read.
    std::string certificate_text;
    Secret key_text;
    WallTime ends;  ///< of the certificate
};

/// Total times that a client may take for each part of a request.
struct ListenTimes {
    Milliseconds handshake{10'000};
    Milliseconds headers{10'000};
    Milliseconds body{30'000};
    Milliseconds answer{30'000};
    Milliseconds idle{15'000};  ///< between two requests
};

struct WebhookListener {
    ListenOn on;
    std::optional<TlsFiles> tls;
    /// Names or addresses as `normal_host` writes them that a request's Host may have; empty: any.
    std::vector<std::string> hosts;
    ListenTimes times;
};

struct EndpointSecret {
    Secret value;
    std::optional<WallTime> until;  ///< counts before this moment only
};

/// As many at once as `burst`, and `per_minute` in the long run.
struct RateLimit {
    std::uint32_t per_minute = 0;
    std::uint32_t burst = 0;
};

enum class BodyForm { json, form };
enum class LegacySha1 { no, yes };

/// How the forge behind an endpoint is asked for deliveries that did not come.
struct CatchUp {
    Secret token;
    std::string api;  ///< URL of the API, without a slash at its end
    /// What the hook belongs to, as the forge names it: a repository, or an organization or group.
    std::string repository;
    std::string owner;
    std::optional<std::uint64_t> hook;  ///< the forge's number; nothing: found by its URL
    bool allow_private = false;         ///< the API may have an address of a private network
};

/// One door for webhooks.
struct Endpoint {
    std::string path;                     ///< "/hooks/acme"
    std::string provider;                 ///< github, gitlab, ...
    std::vector<EndpointSecret> secrets;  ///< any one may match; never empty
    /// Patterns of full names that it may speak for; a repository's own endpoint has its name.
    std::vector<std::string> repositories;
    /// Ranges of addresses (CIDR) that may send; empty: any.
    std::vector<std::string> peers{};
    std::optional<RateLimit> rate{};
    std::optional<std::uint64_t> body_bytes{};  ///< lower than the server's limit
    std::vector<BodyForm> content{};            ///< empty: what the provider sends
    /// GitHub alone: X-Hub-Signature is what counts, and nothing else.
    LegacySha1 legacy_sha1 = LegacySha1::no;
    std::optional<CatchUp> catch_up{};
    std::optional<GenericSender> generic{};  ///< of the provider `generic`, and no other
};

struct ServerLimits {
    std::uint64_t body_bytes = std::uint64_t{25} << 20;
    std::int64_t log_bytes = std::int64_t{64} << 20;
    std::size_t actions_per_push = 50;
};

struct Server {
    std::filesystem::path file;  ///< where this was read
    std::filesystem::path state = "/var/lib/hookd";
    std::optional<WebhookListener> webhooks;  ///< nothing: no webhook listener
    /// Ranges of addresses (CIDR) whose X-Forwarded-For is believed; "unix": any peer on a Unix
    /// socket.
    std::vector<std::string> proxies;
    std::size_t slots = 4;
    ServerLimits limits;
    /// How often refs are compared with where they were seen; nothing: only when asked.
    std::optional<Milliseconds> reconcile_every = Milliseconds{10 * 60'000};
};

/// Filters of one kind of event in `on`; all that are set are required, empty ones match all
/// unless they say something else.
struct PushMatch {
    std::vector<std::string> branches;
    std::vector<std::string> paths;
};
struct TagMatch {
    std::vector<std::string> tags;
};
struct MergeRequestMatch {
    std::vector<std::string> target;
    std::vector<std::string> source;
    std::vector<std::string> changes;  ///< empty: opened, updated, reopened
    std::vector<std::string> labels;
};
struct MergeMatch {
    std::vector<std::string> into;
};

struct On {
    std::optional<PushMatch> push;
    std::optional<TagMatch> tag;
    std::optional<MergeRequestMatch> merge_request;
    std::optional<MergeMatch> merge;
};

struct Need {
    std::string action;
    NeedCondition condition = NeedCondition::success;
};

enum class Workspace { clean, none };

struct Action {
    std::string name;
    std::string handler;  ///< run lint test tag deploy
    /// Everything a handler needs, complete (defaults merged in), as JSON text:
    /// {"settings": what stands under the handler's key, "shell": [...], "env": {...},
    ///  "workspace": "clean"|"none"}
    /// Durations in it are texts as in the file, checked: config/duration.hpp reads them.
    std::string spec;
    std::vector<Need> needs;
    Milliseconds timeout{30 * 60'000};
    Workspace workspace = Workspace::clean;
    std::string environment;  ///< of a deploy; empty otherwise
};

struct Rule {
    std::string name;
    std::string hash;  ///< hex SHA-256 of its normalized text
    On on;
    bool skippable = true;  ///< [skip ci] and -o ci.skip
    Redelivery redelivery = Redelivery::ignore;
    std::vector<Action> actions;  ///< each behind all that it needs, else as in the file
};

/// Where a repository lives elsewhere.
struct Clone {
    std::string url;  ///< http or https, without user, query and fragment
    std::string user;
    std::optional<Secret> password;
    bool allow_private = false;  ///< the host may have an address of a private network
};

struct Repository {
    RepositoryName name;
    std::filesystem::path file;  ///< where this was read
    std::filesystem::path path;  ///< local bare repository; empty where there is none
    std::optional<Clone> clone;
    std::vector<Rule> rules;
};

/// Repositories in the order of their files; one is found by its name without looking at others.
/// **Requires:** names stay as they were added; of two with the same name the first is found.
class Repositories {
  public:
    void push_back(Repository repository);

    [[nodiscard]] const Repository* find(const RepositoryName& name) const;
    [[nodiscard]] auto begin() const { return all_.begin(); }
    [[nodiscard]] auto end() const { return all_.end(); }
    [[nodiscard]] std::size_t size() const { return all_.size(); }
    [[nodiscard]] bool empty() const { return all_.empty(); }
    [[nodiscard]] Repository& at(std::size_t i) { return all_.at(i); }
    [[nodiscard]] const Repository& at(std::size_t i) const { return all_.at(i); }
    Repository& operator[](std::size_t i) { return all_[i]; }
    const Repository& operator[](std::size_t i) const { return all_[i]; }

  private:
    std::vector<Repository> all_;
    std::unordered_map<std::string, std::size_t> by_name_;
};

/// One thing wrong in a file.
struct Problem {
    std::filesystem::path file;
    int line = 0;  ///< from 1; 0 where it is the file as a whole
    int column = 0;
    std::string message;  ///< what is wrong, and what would be right
    bool operator==(const Problem&) const = default;
};

/// "file:line:column: message".
[[nodiscard]] std::string to_text(const Problem& problem);

struct Configuration {
    Server server;
    std::vector<Endpoint> endpoints;  ///< shared ones and the repositories' own
    Repositories repositories;
    std::vector<Problem> remarks;  ///< what somebody should look at, but is right

    [[nodiscard]] const Repository* find(const RepositoryName& name) const {
        return repositories.find(name);
    }
    /// The repository whose `path` is this folder, both made canonical.
    [[nodiscard]] const Repository* find_by_path(const std::filesystem::path& path) const;
};

}  // namespace hookd::config
