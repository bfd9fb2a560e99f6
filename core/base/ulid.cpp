#include "core/base/ulid.hpp"

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace hookd {
namespace {

constexpr std::string_view k_alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

}  // namespace

std::string make_ulid(WallTime time) {
    std::array<std::uint8_t, 10> random{};
    std::size_t filled = 0;
    while (filled < random.size()) {
        // Requests of up to 256 bytes are not interrupted once the pool is initialised.
        const auto got = ::getrandom(random.data() + filled, random.size() - filled, 0);
        filled += got > 0 ? static_cast<std::size_t>(got) : 0;
    }
    std::string text(26, '0');
    // 48 bits: a clock before 1970 or beyond the year 10889 must not make an id that is none.
    auto stamp = static_cast<std::uint64_t>(
        std::clamp<std::int64_t>(time.time_since_epoch().count(), 0, (std::int64_t{1} << 48) - 1));
    for (int i = 9; i >= 0; --i) {
        text[static_cast<std::size_t>(i)] = k_alphabet[stamp & 31U];
        stamp >>= 5U;
    }
    std::uint32_t bits = 0;
    unsigned held = 0;
    std::size_t next = 0;
    for (std::size_t i = 10; i < 26; ++i) {
        if (held < 5) {
            bits = (bits << 8U) | random[next++];
            held += 8;
        }
        held -= 5;
        text[i] = k_alphabet[(bits >> held) & 31U];
    }
    return text;
}

bool is_ulid(std::string_view text) {
    return text.size() == 26 && text.front() <= '7' &&
           text.find_first_not_of(k_alphabet) == std::string_view::npos;
}

}  // namespace hookd
