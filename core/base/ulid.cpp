#include "core/base/ulid.hpp"

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace hookd {
namespace {

constexpr std::string_view k_alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

constexpr std::size_t k_random_bytes = 10;
using Random = std::array<std::uint8_t, k_random_bytes>;

/// Random bytes that the kernel gave, for as many ids as one call of it can serve.
class RandomPool {
  public:
    Random take() {
        if (at_ == bytes_.size()) {
            fill();
        }
        Random random{};
        std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(at_), random.size(),
                    random.begin());
        at_ += random.size();
        return random;
    }

  private:
    void fill() {
        std::size_t filled = 0;
        while (filled < bytes_.size()) {
            // Requests of up to 256 bytes are not interrupted once the pool is initialised.
            const auto got = ::getrandom(bytes_.data() + filled, bytes_.size() - filled, 0);
            filled += got > 0 ? static_cast<std::size_t>(got) : 0;
        }
        at_ = 0;
    }

    std::array<std::uint8_t, 25 * k_random_bytes> bytes_{};
    std::size_t at_ = bytes_.size();
};

}  // namespace

std::string make_ulid(WallTime time) {
    thread_local RandomPool pool;
    const Random random = pool.take();
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
