#include "config/secret.hpp"

#include <string.h>

#include <utility>

namespace hookd::config {

// A short text is moved by copying its bytes: the source must be wiped too.
Secret::Secret(Secret&& other) noexcept : value_(std::move(other.value_)) {
    other.wipe();
}

Secret& Secret::operator=(Secret&& other) noexcept {
    if (this != &other) {
        wipe();
        value_ = std::move(other.value_);
        other.wipe();
    }
    return *this;
}

Secret::~Secret() {
    wipe();
}

void Secret::wipe() {
    value_.resize(value_.capacity());  // within capacity: allocates nothing
    ::explicit_bzero(value_.data(), value_.size());
    value_.clear();
}

}  // namespace hookd::config
