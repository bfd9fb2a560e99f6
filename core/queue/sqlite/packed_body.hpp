#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hookd::queue::sqlite {

/// A body as its column holds it: a block of LZ4, or as it came where that is not smaller.
/// What a forge sends is a third of its size as a block, which costs a few microseconds and saves
/// far more, as the disk gets every page twice.
/// **Source:** the block format of LZ4, which has no end mark: its size before is stored with it.
class PackedBody {
  public:
    /// `body` has to stay where it is.
    explicit PackedBody(std::string_view body);

    [[nodiscard]] std::string_view bytes() const { return block_.empty() ? body_ : block_; }
    /// Nothing where it is as it came.
    [[nodiscard]] std::optional<std::int64_t> size_before() const;

    /// Larger ones are kept as they came: a second copy of them is not worth its memory.
    static constexpr std::size_t k_largest = std::size_t{1} << 20;  // as in schema/0002.sql

  private:
    std::string_view body_;
    std::string block_;
};

/// The body again; nothing where the block is damaged.
[[nodiscard]] std::optional<std::string> unpack(std::string_view block, std::int64_t size_before);

}  // namespace hookd::queue::sqlite
