#include "hooks/post_receive/report.hpp"

#include "core/base/listed.hpp"
#include "core/base/text.hpp"

#include <algorithm>

namespace hookd::hooks {
namespace {

constexpr std::size_t k_line_bytes = 600;
constexpr std::size_t k_ref_bytes = 200;

/// Cuts at a character, not within one: what is shown is valid UTF-8.
std::string cut(std::string text, std::size_t most) {
    if (text.size() <= most) {
        return text;
    }
    std::size_t end = most;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
        --end;
    }
    return text.substr(0, end) + "...";
}

class Report {
  public:
    void line(std::string_view text) {
        text_ += "hookd: " + cut(printable_line(text), k_line_bytes) + "\n";
    }
    [[nodiscard]] std::string finish() && {
        // Cannot happen with the limits above; a longer answer would be a fault of ours.
        return text_.size() <= k_report_bytes ? std::move(text_) : text_.substr(0, k_report_bytes);
    }

  private:
    std::string text_;
};

std::string events(std::size_t count) {
    return count == 1 ? "1 event" : std::to_string(count) + " events";
}

/// "they will run later" of one or many.
std::string they(std::size_t count) {
    return count == 1 ? "it" : "they";
}

std::string joined(std::span<const std::string> words) {
    std::string text;
    for (const auto& word : words) {
        add_listed(text, word);
    }
    return text;
}

std::string describe(const RefAnswer& answer, std::string_view of_ref) {
    const std::string event = "event " + answer.event.text() + std::string(of_ref);
    switch (answer.what) {
        case RefAnswer::What::queued:
            return answer.rules.empty() ? event + " recorded, no rule wants it"
                                        : "queued " + event + " (" + joined(answer.rules) + ")";
        case RefAnswer::What::duplicate:
            return event + " was known already";
        case RefAnswer::What::left_out:
            break;
    }
    return "left out" + std::string(of_ref) + ": " + answer.reason;
}

void report_taken(Report& report, const SpoolRecord& record, const SpoolAnswer& answer) {
    const std::size_t shown = std::min(answer.refs.size(), record.updates.size());
    for (std::size_t i = 0; i < shown; ++i) {
        const bool alone = record.updates.size() == 1;
        const std::string of_ref =
            alone ? "" : " for " + cut(printable_line(record.updates[i].ref), k_ref_bytes);
        report.line(describe(answer.refs[i], of_ref));
    }
    const std::size_t more = record.updates.size() - shown;
    if (shown == 0) {
        report.line("recorded " + events(more));
    } else if (more > 0) {
        report.line("and " + std::to_string(more) + " more");
    }
}

}  // namespace

std::string report_answer(const SpoolRecord& record, const Result<SpoolAnswer>& answer) {
    Report report;
    const std::size_t count = record.updates.size();
    const std::string kept = "kept " + events(count) + ", " + they(count) + " will run ";
    if (!answer && answer.error().code == ErrorCode::unavailable) {
        report.line("not running; " + kept + "when it is back");
    } else if (!answer) {
        const bool busy = answer.error().code == ErrorCode::timeout;
        report.line((busy ? "busy; " : "") + kept + "soon");
    } else if (answer->verdict == SpoolAnswer::Verdict::kept) {
        report.line(kept + "later: " + answer->reason);
    } else if (answer->verdict == SpoolAnswer::Verdict::refused) {
        report.line("refused " + events(count) + " of this push: " + answer->reason +
                    "; tell the administrator of this server");
    } else {
        report_taken(report, record, *answer);
    }
    if (record.push_options_dropped > 0) {
        report.line("left out " + std::to_string(record.push_options_dropped) +
                    " push options: at most " + std::to_string(SpoolLimits::k_push_options) +
                    " of up to " + std::to_string(SpoolLimits::k_push_option_bytes) +
                    " bytes are kept");
    }
    return std::move(report).finish();
}

std::string report_unrecorded(const Error& error) {
    Report report;
    report.line("could not record this push: " + error.message);
    report.line(
        "the push itself stands, but nothing will run for it; tell the administrator of "
        "this server");
    return std::move(report).finish();
}

}  // namespace hookd::hooks
