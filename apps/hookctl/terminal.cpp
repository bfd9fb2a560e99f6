#include "apps/hookctl/terminal.hpp"

#include "core/base/text.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace hookd::hookctl {
namespace {

/// Columns a cell takes: characters, not bytes. Wide and combining ones count as one.
std::size_t width_of(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

std::string padded(std::string_view text, std::size_t width) {
    const std::size_t taken = width_of(text);
    return std::string(text) + std::string(width > taken ? width - taken : 0, ' ');
}

}  // namespace

Colour colour_of_stdout() {
    const char* const refused = ::getenv("NO_COLOR");
    const bool wanted = refused == nullptr || *refused == '\0';
    return wanted && ::isatty(STDOUT_FILENO) == 1 ? Colour::yes : Colour::no;
}

std::string coloured_state(std::string_view state, Colour colour) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 8> k_codes = {{
        {"success", "32"},
        {"running", "34"},
        {"failure", "31"},
        {"error", "31"},
        {"timeout", "31"},
        {"unknown", "33"},
        {"canceled", "33"},
        {"superseded", "33"},
    }};
    const auto* const found = std::find_if(
        k_codes.begin(), k_codes.end(),
        [state](const auto& code) { return state.substr(0, code.first.size()) == code.first; });
    if (colour == Colour::no || found == k_codes.end()) {
        return std::string(state);
    }
    return "\x1b[" + std::string(found->second) + "m" + std::string(state) + "\x1b[0m";
}

Table::Table(std::vector<std::string> headings) : headings_(std::move(headings)) {}

void Table::add(std::vector<std::string> cells) {
    for (std::string& cell : cells) {
        cell = printable_line(cell);
    }
    cells.resize(headings_.size());
    rows_.push_back(std::move(cells));
}

void Table::print(Colour colour, std::string_view if_empty) const {
    if (rows_.empty()) {
        print_line(if_empty);
        return;
    }
    std::vector<std::size_t> widths;
    for (std::size_t column = 0; column < headings_.size(); ++column) {
        std::size_t width = width_of(headings_[column]);
        for (const auto& row : rows_) {
            width = std::max(width, width_of(row[column]));
        }
        widths.push_back(width);
    }
    const auto print_row = [&](const std::vector<std::string>& row, Colour row_colour) {
        std::string line;
        for (std::size_t column = 0; column < row.size(); ++column) {
            const bool last = column + 1 == row.size();
            const std::string cell =
                last ? row[column] : padded(row[column], widths[column]) + "  ";
            line += column == state_column_ ? coloured_state(cell, row_colour) : cell;
        }
        print_line(std::string_view(line).substr(0, line.find_last_not_of(' ') + 1));
    };
    print_row(headings_, Colour::no);
    for (const auto& row : rows_) {
        print_row(row, colour);
    }
}

void print_line(std::string_view line) {
    std::fwrite(line.data(), 1, line.size(), stdout);
    std::fputc('\n', stdout);
}

void print_labelled(std::string_view label, std::string_view text) {
    constexpr std::size_t k_width = 12;
    if (!text.empty()) {
        std::string line(label);
        line.resize(k_width, ' ');
        print_line(line + printable_line(text));
    }
}

void print_error(const Error& error) {
    std::fprintf(stderr, "hookctl: %s\n", printable(error.message).c_str());
}

std::string short_time(std::string_view rfc3339) {
    std::string text(rfc3339.substr(0, 19));
    if (text.size() == 19) {
        text[10] = ' ';
    }
    return text;
}

std::string short_duration(std::int64_t milliseconds) {
    if (milliseconds < 1000) {
        return std::to_string(milliseconds) + " ms";
    }
    if (milliseconds < 60'000) {
        return std::to_string(milliseconds / 1000) + "." +
               std::to_string(milliseconds % 1000 / 100) + " s";
    }
    return std::to_string(milliseconds / 60'000) + "m" + std::to_string(milliseconds / 1000 % 60) +
           "s";
}

}  // namespace hookd::hookctl
