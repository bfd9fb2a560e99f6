#pragma once

#include "core/model/ids.hpp"
#include "webhook/signature.hpp"

#include <string>

namespace hookd::webhook {

/// What is kept with a refused delivery to tell later by which secret its sender was proven: an
/// HMAC of the delivery's id under that secret, as hex digits. As with a signature, guesses at a
/// weak secret can be tried out on it.
[[nodiscard]] inline std::string mark_of(const Key& key, const DeliveryId& delivery) {
    return to_hex(key.sign({"hookd refused delivery ", delivery.text()}));
}

}  // namespace hookd::webhook
