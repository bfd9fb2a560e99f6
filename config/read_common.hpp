#pragma once

#include "config/findings.hpp"
#include "config/node.hpp"
#include "config/pattern.hpp"
#include "core/base/clock.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Values that more than one place of the files has. What is of the wrong type was reported by the
// schema and is passed over here, so that one reading finds everything that is wrong.
namespace hookd::config {

/// The text under `key`; null where there is none.
[[nodiscard]] const std::string* find_text(const Node& map, std::string_view key);

/// The texts of a list, or of the one text that stands in its place.
[[nodiscard]] std::vector<const Node*> find_texts(const Node& map, std::string_view key);

/// The patterns under `key`, those that are well formed.
[[nodiscard]] std::vector<std::string> read_patterns(const Node& map, std::string_view key,
                                                     PatternKind kind, Findings& findings);

/// A duration above zero under `key`, else `fallback`.
[[nodiscard]] Milliseconds read_duration(const Node& map, std::string_view key,
                                         Milliseconds fallback, Findings& findings);

/// A number of bytes under `key`, at least 1 KiB; nothing where there is none.
[[nodiscard]] std::optional<std::uint64_t> read_size(const Node& map, std::string_view key,
                                                     Findings& findings);

/// Whether a list of peers may have the word "unix", for all on a Unix socket.
enum class UnixPeers { no, yes };

/// The ranges of addresses under `key`, those that are well formed.
[[nodiscard]] std::vector<std::string> read_networks(const Node& map, std::string_view key,
                                                     UnixPeers unix_peers, Findings& findings);

/// A name of letters, digits, '.', '_' and '-' under `key`; empty where it is none.
[[nodiscard]] std::string read_name(const Node& map, std::string_view key, Findings& findings);

/// Variables under `env`, on top of `base`.
[[nodiscard]] std::map<std::string, std::string> read_env(const Node& map,
                                                          std::map<std::string, std::string> base,
                                                          Findings& findings);

/// The program of a list, or the script, under `key` is not blank.
void check_command(const Node& map, std::string_view key, Findings& findings);

/// An absolute path under `key`, without "." and ".." in it; empty where it is none.
[[nodiscard]] std::filesystem::path read_absolute_path(const Node& map, std::string_view key,
                                                       Findings& findings);

}  // namespace hookd::config
