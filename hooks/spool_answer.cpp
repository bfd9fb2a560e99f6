#include "hooks/spool_answer.hpp"

#include "core/base/ulid.hpp"
#include "hooks/line_text.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace hookd::hooks {
namespace {

constexpr std::array<std::string_view, 3> k_verdicts = {"taken", "kept", "refused"};
constexpr std::array<std::string_view, 3> k_whats = {"queued", "duplicate", "left-out"};
constexpr std::string_view k_end = "end\n";

template <std::size_t N>
std::optional<std::size_t> index_of(const std::array<std::string_view, N>& names,
                                    std::string_view name) {
    const auto* const found = std::find(names.begin(), names.end(), name);
    return found == names.end() ? std::nullopt
                                : std::optional(static_cast<std::size_t>(found - names.begin()));
}

std::optional<RefAnswer> ref_answer_from(std::string_view line) {
    RefAnswer ref;
    const auto what = index_of(k_whats, take_word(line));
    if (!what) {
        return std::nullopt;
    }
    ref.what = static_cast<RefAnswer::What>(*what);
    if (ref.what == RefAnswer::What::left_out) {
        auto reason = decode_word(line);
        ref.reason = reason.value_or("");
        return reason ? std::optional(std::move(ref)) : std::nullopt;
    }
    ref.event = EventId(std::string(take_word(line)));
    while (!line.empty()) {
        auto rule = decode_word(take_word(line));
        if (!rule) {
            return std::nullopt;
        }
        ref.rules.push_back(std::move(*rule));
    }
    return is_ulid(ref.event.text()) ? std::optional(std::move(ref)) : std::nullopt;
}

}  // namespace

std::string to_text(const SpoolAnswer& answer) {
    std::string text(k_verdicts[static_cast<std::size_t>(answer.verdict)]);
    text += " " + encode_word(answer.reason) + "\n";
    for (std::size_t i = 0; i < std::min(answer.refs.size(), SpoolAnswer::k_most_refs); ++i) {
        const RefAnswer& ref = answer.refs[i];
        text += k_whats[static_cast<std::size_t>(ref.what)];
        if (ref.what == RefAnswer::What::left_out) {
            text += " " + encode_word(ref.reason);
        } else {
            text += " " + ref.event.text();
            for (std::size_t j = 0; j < std::min(ref.rules.size(), SpoolAnswer::k_most_rules);
                 ++j) {
                text += " " + encode_word(ref.rules[j]);
            }
        }
        text += "\n";
    }
    return text.append(k_end);
}

Result<SpoolAnswer> spool_answer_from(std::string_view text) {
    const auto wrong = [] {
        return fail(ErrorCode::invalid, "the daemon's answer is not understood");
    };
    if (text.size() > SpoolAnswer::k_most_bytes || !is_whole_spool_answer(text)) {
        return wrong();
    }
    text.remove_suffix(k_end.size());
    auto line = take_line(text).value_or("");
    SpoolAnswer answer;
    const auto verdict = index_of(k_verdicts, take_word(line));
    auto reason = decode_word(line);
    if (!verdict || !reason) {
        return wrong();
    }
    answer.verdict = static_cast<SpoolAnswer::Verdict>(*verdict);
    answer.reason = std::move(*reason);
    while (const auto next = take_line(text)) {
        auto ref = ref_answer_from(*next);
        if (!ref || answer.refs.size() == SpoolAnswer::k_most_refs) {
            return wrong();
        }
        answer.refs.push_back(std::move(*ref));
    }
    return answer;
}

bool is_whole_spool_answer(std::string_view text) {
    return text.ends_with("\n" + std::string(k_end));
}

}  // namespace hookd::hooks
