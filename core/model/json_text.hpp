#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace hookd {

/// Writes a JSON document on one line, from front to back and without a tree.
/// **Requires:** calls in the order of a document: within an object a name before each value.
/// **Source:** RFC 8259.
class JsonText {
  public:
    /// `expected` bytes are made room for at once; it may become longer.
    explicit JsonText(std::size_t expected) { text_.reserve(expected); }

    void begin_object() { open('{'); }
    void end_object() { close('}'); }
    void begin_array() { open('['); }
    void end_array() { close(']'); }
    /// Of the member whose value comes next; needs no escapes.
    void name(std::string_view name);
    /// Invalid UTF-8 becomes U+FFFD.
    void text(std::string_view bytes);
    void number(std::int64_t number);
    void boolean(bool value) { word(value ? "true" : "false"); }
    void null() { word("null"); }

    [[nodiscard]] std::string take() && { return std::move(text_); }

  private:
    void separate();
    void open(char bracket);
    void close(char bracket);
    void word(std::string_view word);
    void append_escaped(std::string_view valid);

    std::string text_;
    bool needs_comma_ = false;
};

}  // namespace hookd
