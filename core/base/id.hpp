#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>

namespace hookd {

/// A number that is an identity: two kinds of it cannot be mixed up. 0 is "none".
template <class Tag>
struct NumberId {
    std::int64_t value = 0;

    constexpr NumberId() = default;
    constexpr explicit NumberId(std::int64_t v) : value(v) {}
    auto operator<=>(const NumberId&) const = default;
    [[nodiscard]] explicit operator bool() const { return value != 0; }
    [[nodiscard]] std::string text() const { return std::to_string(value); }
};

/// A text that is an identity. Empty is "none".
template <class Tag>
struct TextId {
    std::string value;

    TextId() = default;
    explicit TextId(std::string v) : value(std::move(v)) {}
    auto operator<=>(const TextId&) const = default;
    [[nodiscard]] explicit operator bool() const { return !value.empty(); }
    [[nodiscard]] const std::string& text() const { return value; }
};

}  // namespace hookd

template <class Tag>
struct std::hash<hookd::NumberId<Tag>> {
    std::size_t operator()(const hookd::NumberId<Tag>& id) const noexcept {
        return std::hash<std::int64_t>{}(id.value);
    }
};

template <class Tag>
struct std::hash<hookd::TextId<Tag>> {
    std::size_t operator()(const hookd::TextId<Tag>& id) const noexcept {
        return std::hash<std::string>{}(id.value);
    }
};
