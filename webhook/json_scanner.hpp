#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hookd::webhook {

/// Reads JSON token by token, strictly, and copies nothing: what a token says is a view into the
/// text. It keeps one byte a level, so that the depth is its caller's to limit, and never recurses.
/// **Source:** RFC 8259; text is UTF-8 (RFC 3629), a byte order mark before it is passed over.
class JsonScanner {
  public:
    enum class Token {
        object_start,
        object_end,
        array_start,
        array_end,
        name,       ///< of a member; its value comes next
        string,     ///< also a name: `raw`, `has_escapes`, `decoded`
        integer,    ///< below zero; `integer`
        unsigned_,  ///< a whole number; `unsigned_integer`
        real,       ///< `real`
        true_,
        false_,
        null,
        end,      ///< the document is over, and nothing follows it
        invalid,  ///< `problem`; nothing more can be read
    };

    /// **Requires:** `text` stays where it is. Strings longer than `string_bytes`, as written, are
    /// refused.
    JsonScanner(std::string_view text, std::size_t string_bytes);

    [[nodiscard]] Token next();

    /// A string's bytes as written, without its quotes: valid UTF-8, valid escapes, no NUL.
    [[nodiscard]] std::string_view raw() const { return raw_; }
    [[nodiscard]] bool has_escapes() const { return has_escapes_; }
    /// Without escapes.
    [[nodiscard]] std::string decoded() const;
    [[nodiscard]] std::int64_t integer() const { return integer_; }
    [[nodiscard]] std::uint64_t unsigned_integer() const { return unsigned_; }
    [[nodiscard]] double real() const { return real_; }
    /// What is wrong with the text, for people.
    [[nodiscard]] std::string problem() const;

  private:
    enum class Expect { value, value_or_end, name, name_or_end, more_or_end };
    enum class Wrong { syntax, nul_in_string, long_string, big_number };

    void skip_space();
    [[nodiscard]] Token open(char kind, Expect expect, Token token);
    [[nodiscard]] Token close();
    [[nodiscard]] Token scan_name();
    [[nodiscard]] Token scan_value();
    [[nodiscard]] Token scan_number();
    [[nodiscard]] Token scan_real(const char* start);
    [[nodiscard]] Token scan_word(std::string_view word, Token token);
    [[nodiscard]] bool scan_string();
    [[nodiscard]] bool skip_escape();
    [[nodiscard]] bool skip_digits();
    [[nodiscard]] Token refuse(Wrong wrong = Wrong::syntax);
    [[nodiscard]] bool is_at(char c) const { return at_ != end_ && *at_ == c; }

    const char* const begin_;
    const char* at_;
    const char* const end_;
    const std::size_t string_bytes_;
    Expect expect_ = Expect::value;
    std::vector<char> open_;  ///< '{' or '[' of each level
    std::string_view raw_;
    bool has_escapes_ = false;
    std::int64_t integer_ = 0;
    std::uint64_t unsigned_ = 0;
    double real_ = 0;
    Wrong wrong_ = Wrong::syntax;
};

}  // namespace hookd::webhook
