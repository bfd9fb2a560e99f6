#pragma once

#include "core/base/result.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace hookd::config {

/// A value that must not be seen: it has no print, is not copied by accident and is wiped.
class Secret {
  public:
    static constexpr std::size_t k_least_bytes = 16;

    explicit Secret(std::string value) : value_(std::move(value)) {}
    Secret(Secret&& other) noexcept;
    Secret& operator=(Secret&& other) noexcept;
    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;
    ~Secret();

    /// The bytes, for the one function that needs them.
    [[nodiscard]] std::string_view reveal() const { return value_; }

  private:
    void wipe();
    std::string value_;
};

}  // namespace hookd::config
