#include "core/queue/sqlite/packed_body.hpp"

#include <lz4.h>

namespace hookd::queue::sqlite {

PackedBody::PackedBody(std::string_view body) : body_(body) {
    if (body.empty() || body.size() > k_largest) {
        return;
    }
    // No room for a block that saves nothing: then there is none.
    block_.resize(body.size() - 1);
    const int size = ::LZ4_compress_default(
        body.data(), block_.data(), static_cast<int>(body.size()), static_cast<int>(block_.size()));
    block_.resize(static_cast<std::size_t>(size));
    block_.shrink_to_fit();
}

std::optional<std::int64_t> PackedBody::size_before() const {
    return block_.empty() ? std::nullopt : std::optional(static_cast<std::int64_t>(body_.size()));
}

std::optional<std::string> unpack(std::string_view block, std::int64_t size_before) {
    if (size_before < 0 || size_before > static_cast<std::int64_t>(PackedBody::k_largest) ||
        block.size() > PackedBody::k_largest) {
        return std::nullopt;
    }
    std::string body(static_cast<std::size_t>(size_before), '\0');
    const int size = ::LZ4_decompress_safe(
        block.data(), body.data(), static_cast<int>(block.size()), static_cast<int>(body.size()));
    return size == size_before ? std::optional(std::move(body)) : std::nullopt;
}

}  // namespace hookd::queue::sqlite
