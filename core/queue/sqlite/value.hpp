#pragma once

#include "core/base/clock.hpp"
#include "core/base/id.hpp"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hookd::queue::sqlite {

/// What a parameter of a statement is bound to. Texts are not copied: it lives no longer than
/// what it was made of.
class Value {
  public:
    enum class Kind { null, integer, text, blob, zeros };

    // Meant to convert: a statement's values are written as a list.
    Value(std::nullopt_t) {}
    template <std::integral T>
    Value(T number) : kind_(Kind::integer), integer_(static_cast<std::int64_t>(number)) {}
    Value(std::string_view text) : kind_(Kind::text), bytes_(text) {}
    Value(const std::string& text) : kind_(Kind::text), bytes_(text) {}
    Value(const char* text) : kind_(Kind::text), bytes_(text) {}
    Value(WallTime time) : Value(time.time_since_epoch().count()) {}
    Value(Milliseconds length) : Value(length.count()) {}
    template <class Tag>
    Value(NumberId<Tag> id) : Value(id.value) {}
    template <class Tag>
    Value(const TextId<Tag>& id) : Value(id.text()) {}
    template <class T>
    Value(const std::optional<T>& value) {
        if (value) {
            *this = Value(*value);
        }
    }

    [[nodiscard]] static Value blob(std::string_view bytes) {
        Value value(bytes);
        value.kind_ = Kind::blob;
        return value;
    }
    /// A blob of `size` zero bytes, which takes no memory: room for Connection::write_blob.
    [[nodiscard]] static Value zeros(std::size_t size) {
        Value value(size);
        value.kind_ = Kind::zeros;
        return value;
    }
    /// Null where `text` is empty.
    [[nodiscard]] static Value text_or_null(std::string_view text) {
        return text.empty() ? Value(std::nullopt) : Value(text);
    }

    [[nodiscard]] Kind kind() const { return kind_; }
    [[nodiscard]] std::int64_t integer() const { return integer_; }
    [[nodiscard]] std::string_view bytes() const { return bytes_; }

  private:
    Kind kind_ = Kind::null;
    std::int64_t integer_ = 0;
    std::string_view bytes_;
};

}  // namespace hookd::queue::sqlite
