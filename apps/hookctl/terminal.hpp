#pragma once

#include "core/base/error.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hookd::hookctl {

enum class Output { human, json };
enum class Colour { no, yes };

/// Colours are for terminals without NO_COLOR. **Source:** no-color.org.
[[nodiscard]] Colour colour_of_stdout();

/// `text` in the colour of a state (success green, failure red, running blue, ...).
[[nodiscard]] std::string coloured_state(std::string_view state, Colour colour);

/// Rows under headings, columns aligned, two spaces between; foreign text made printable. An
/// empty table prints `if_empty` instead.
class Table {
  public:
    explicit Table(std::vector<std::string> headings);
    void add(std::vector<std::string> cells);
    /// The column whose cells are states, to be coloured.
    void colour_column(std::size_t column) { state_column_ = column; }
    void print(Colour colour, std::string_view if_empty) const;

  private:
    static constexpr std::size_t k_none = static_cast<std::size_t>(-1);
    std::vector<std::string> headings_;
    std::vector<std::vector<std::string>> rows_;
    std::size_t state_column_ = k_none;
};

/// One line on standard output.
void print_line(std::string_view line);
/// A line of foreign text behind a label, in a column; nothing where the text is empty.
void print_labelled(std::string_view label, std::string_view text);
/// "hookctl: message" on standard error.
void print_error(const Error& error);

/// "2026-11-23T10:00:01.250Z" as "2026-11-23 10:00:01".
[[nodiscard]] std::string short_time(std::string_view rfc3339);
/// 1234 ms as "1.2 s", 75,000 ms as "1m15s".
[[nodiscard]] std::string short_duration(std::int64_t milliseconds);

}  // namespace hookd::hookctl
