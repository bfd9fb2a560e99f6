#include "dispatch/verdict.hpp"

#include "core/base/text.hpp"

#include <utility>

namespace hookd::dispatch {
namespace {

std::string one_line(std::string_view text) {
    constexpr std::size_t k_longest = 300;
    const bool cut = text.size() > k_longest;
    return printable_line(text.substr(0, k_longest)) + (cut ? "..." : "");
}

}  // namespace

Verdict yes(std::string clause, std::string_view seen) {
    return {true, std::move(clause), one_line(seen)};
}

Verdict no(std::string clause, std::string_view seen) {
    return {false, std::move(clause), one_line(seen)};
}

}  // namespace hookd::dispatch
