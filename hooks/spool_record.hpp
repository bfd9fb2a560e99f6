#pragma once

#include "core/base/clock.hpp"
#include "core/base/result.hpp"
#include "core/model/ids.hpp"
#include "core/model/names.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hookd::hooks {

/// One ref that a push moved. Its event's id is made here, so that taking the same file twice
/// adds nothing twice.
struct RefUpdate {
    EventId event;
    ObjectId before;  ///< zero: the ref was made
    ObjectId after;   ///< zero: the ref is gone
    std::string ref;  ///< full name, bytes
    bool operator==(const RefUpdate&) const = default;
};

/// What a server around git says about the pusher: for showing, never for granting.
struct PusherHint {
    std::string name;  ///< of the environment variable: "GL_USER"
    std::string value;
    bool operator==(const PusherHint&) const = default;
};

/// One push to one repository, as the hook saw it: claims, to be verified by who takes it.
struct SpoolRecord {
    std::string id;          ///< ULID; the delivery's id, and the stem of the file's name
    std::string repository;  ///< absolute path, bytes
    WallTime time{};
    std::uint32_t uid = 0;  ///< of the process that git ran
    std::vector<PusherHint> hints;
    std::vector<std::string> push_options;
    std::size_t push_options_dropped = 0;  ///< over the limits below
    std::vector<RefUpdate> updates;        ///< in git's order
    bool operator==(const SpoolRecord&) const = default;
};

/// Beyond these a file is refused, and the hook writes none.
struct SpoolLimits {
    static constexpr std::size_t k_file_bytes = std::size_t{32} << 20;
    static constexpr std::size_t k_updates = 100'000;
    static constexpr std::size_t k_ref_bytes = 4096;
    static constexpr std::size_t k_path_bytes = 4096;
    static constexpr std::size_t k_push_options = 100;
    static constexpr std::size_t k_push_option_bytes = 4096;
    static constexpr std::size_t k_hints = 8;
    static constexpr std::size_t k_hint_bytes = 255;
};

/// The form in the spool: one line a fact, "hookd-spool 1" first, "end N" last with the number
/// of lines before it. Bytes that could break a line are percent-encoded.
[[nodiscard]] std::string to_text(const SpoolRecord& record);

/// Reads exactly what `to_text` writes. The file may come from another user: every limit is
/// checked, nothing is guessed. **Errors:** invalid, with the line.
[[nodiscard]] Result<SpoolRecord> spool_record_from(std::string_view text);

/// "<id>.push": names are made of our ids only (threats.md T100).
[[nodiscard]] std::string spool_file_name(const SpoolRecord& record);

/// The id in a spool file's name; empty where it is no such name.
[[nodiscard]] std::string_view id_of_spool_file(std::string_view name);

}  // namespace hookd::hooks
