#include "config/digest.hpp"

#include "core/base/text.hpp"

#include <openssl/sha.h>

#include <array>
#include <cstdint>

namespace hookd::config {

std::string sha256_hex(std::string_view bytes) {
    std::array<std::uint8_t, SHA256_DIGEST_LENGTH> digest{};
    ::SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
    return to_hex(digest);
}

}  // namespace hookd::config
