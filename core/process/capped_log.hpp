#pragma once

#include "core/base/fd.hpp"
#include "core/base/result.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace hookd::process {

/// Appends a program's output to a log and keeps the first and the last half of it where there is
/// more than a cap allows. The first half goes into the file at once; the rest into an unnamed
/// file beside it, used as a ring, and from there into the log by `finish`: it costs disk for the
/// cap and a half, and no memory, however long the output is.
class CappedLog {
  public:
    /// Makes the file where there is none. **Errors:** denied and so on; invalid where `path` is
    /// a link or no regular file.
    [[nodiscard]] static Result<CappedLog> open(const std::filesystem::path& path,
                                                std::int64_t cap_bytes);

    /// Never fails: what the disk does not take is counted as dropped.
    void append(std::string_view output);

    /// Joins the halves, with a line that says how much is missing between them.
    void finish();

    [[nodiscard]] std::int64_t written_bytes() const { return written_; }
    [[nodiscard]] std::int64_t dropped_bytes() const { return dropped_; }
    /// Why output could not be stored; empty where all went well.
    [[nodiscard]] const std::string& problem() const { return problem_; }

  private:
    CappedLog(Fd log, std::filesystem::path folder, std::int64_t cap_bytes);

    void append_to_tail(std::string_view output);
    bool open_ring();
    /// Copies `size` bytes at `from` of the ring to the end of the log.
    void copy_from_ring(std::int64_t from, std::int64_t size);
    void lose(std::string_view what, std::int64_t bytes);

    Fd log_;
    Fd ring_;
    std::filesystem::path folder_;
    std::int64_t cap_;
    std::int64_t head_left_;
    std::int64_t ring_size_;
    std::int64_t tail_bytes_ = 0;  ///< that came after the head, in all
    std::int64_t written_ = 0;
    std::int64_t dropped_ = 0;
    char last_of_head_ = '\n';
    std::string problem_;
};

}  // namespace hookd::process
