#include "tests/fuzz/json_pick_target.hpp"

#include "tests/unit/webhook/payloads.hpp"
#include "webhook/json_pick.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <set>

// Input: a byte that chooses what is wanted and within which limits, then the document.
namespace hookd::fuzz {
namespace {

using Json = nlohmann::json;
using webhook::Kept;
using webhook::PickLimits;
using webhook::Selection;
using Place = Selection::Place;

const Selection& selection(unsigned choice) {
    static const std::array k_selections = {
        Selection{"**"},
        Selection{"no such member"},
        Selection{"{ref,before,after,a}", "commits/*/{id,message}", "commits/*/author/name",
                  "commits/*/added/*", "repository/full_name", "a/**"},
        Selection{"*/**", "a/*/b", "*"},
    };
    return k_selections[choice % k_selections.size()];
}

PickLimits limits(unsigned choice) {
    switch (choice / 4 % 4) {
        case 1:
            return {.depth = 4, .values = 20, .string_bytes = 12, .names = 3, .elements = 3};
        case 2:
            return {.elements = 2};
        default:
            return {};
    }
}

/// Whether a document that the second parser takes is also within what we ask beyond it.
class StricterRules {
  public:
    explicit StricterRules(const PickLimits& limits) : limits_(limits) {}

    bool null() { return value(); }
    bool boolean(bool) { return value(); }
    bool number_integer(Json::number_integer_t) { return value(); }
    bool number_unsigned(Json::number_unsigned_t) { return value(); }
    bool number_float(Json::number_float_t, const std::string& digits) {
        holds_ = holds_ && digits.find_first_of(".eE") != std::string::npos;
        return value();
    }
    bool string(const std::string& text) { return text_is_fine(text) && value(); }
    bool binary(Json::binary_t&) { return false; }
    bool start_object(std::size_t) { return enter(); }
    bool start_array(std::size_t) { return enter(); }
    bool end_object() { return leave(); }
    bool end_array() { return leave(); }
    bool key(const std::string& name) {
        auto& names = names_.back();
        holds_ = holds_ && names.insert(name).second && names.size() <= limits_.names;
        return text_is_fine(name);
    }
    bool parse_error(std::size_t, const std::string&, const Json::exception&) { return false; }

    [[nodiscard]] bool holds() const { return holds_; }

  private:
    bool value() {
        holds_ = holds_ && ++values_ <= limits_.values;
        return true;
    }
    bool text_is_fine(const std::string& text) {
        holds_ = holds_ && text.find('\0') == std::string::npos;
        return true;
    }
    bool enter() {
        names_.emplace_back();
        holds_ = holds_ && names_.size() <= limits_.depth;
        return value();
    }
    bool leave() {
        names_.pop_back();
        return true;
    }

    const PickLimits& limits_;
    std::vector<std::set<std::string>> names_;
    std::size_t values_ = 0;
    bool holds_ = true;
};

/// Of a valid document: whether each string is within the limit as it is written.
bool strings_are_short(std::string_view text, std::size_t most) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '"') {
            continue;
        }
        const std::size_t start = ++i;
        while (i < text.size() && text[i] != '"') {
            i += text[i] == '\\' ? 2U : 1U;
        }
        if (i - start > most) {
            return false;
        }
    }
    return true;
}

bool is_acceptable(std::string_view text, const PickLimits& limits) {
    if (text.find('\0') != std::string_view::npos || !Json::accept(text)) {
        return false;
    }
    StricterRules rules(limits);
    return Json::sax_parse(text, &rules) && rules.holds() &&
           strings_are_short(text, limits.string_bytes);
}

/// What should be kept of a whole tree, with the members in the order of the text.
class Expected {
  public:
    Expected(const Selection& wanted, const PickLimits& limits)
        : wanted_(wanted), limits_(limits) {}

    Json of(const nlohmann::ordered_json& value, Place place) {
        Json kept;
        if (value.is_object()) {
            kept = Json::object();
            for (const auto& [name, member] : value.items()) {
                const Place at = wanted_.member(place, name);
                if (at == Selection::k_unwanted ||
                    (at == Selection::k_everything && !counts_as_kept())) {
                    continue;
                }
                kept[name] = of(member, at);
            }
        } else if (value.is_array()) {
            kept = Json::array();
            const Place at = wanted_.element(place);
            for (const auto& element : value) {
                if (at != Selection::k_unwanted && counts_as_kept()) {
                    kept.push_back(of(element, at));
                }
            }
        } else {
            kept = Json(value);
        }
        return kept;
    }

    [[nodiscard]] Kept kept() const { return kept_; }

  private:
    bool counts_as_kept() {
        if (elements_ == limits_.elements) {
            kept_ = Kept::cut;
            return false;
        }
        ++elements_;
        return true;
    }

    const Selection& wanted_;
    const PickLimits& limits_;
    std::size_t elements_ = 0;
    Kept kept_ = Kept::whole;
};

void run(std::string_view bytes) {
    Input input(bytes);
    const unsigned choice = input.byte();
    const std::string_view text = input.rest();
    const Selection& wanted = selection(choice);
    const PickLimits within = limits(choice);

    Json document;
    const auto kept = webhook::pick(text, wanted, document, within);
    require(kept || kept.error().code == ErrorCode::invalid, "the wrong kind of error");
    if (text.starts_with("\xEF\xBB\xBF")) {
        return;  // RFC 8259 leaves a byte order mark to the reader
    }
    require(kept.has_value() == is_acceptable(text, within),
            kept ? "accepted, and the second parser or a limit refuses" : "refused without need");

    // Blanks around it change nothing, wherever the bytes come to lie in memory.
    const std::string shifted =
        std::string(text.size() % 67, ' ') + std::string(text) + std::string(choice % 5, '\n');
    Json again;
    const auto kept_again = webhook::pick(shifted, wanted, again, within);
    require(kept.has_value() == kept_again.has_value(), "blanks change the verdict");
    if (!kept) {
        return;
    }
    Expected expected(wanted, within);
    const Json model = expected.of(nlohmann::ordered_json::parse(text), Selection::k_root);
    // As text: so 1 and 1.0 are not the same.
    require(document.dump() == model.dump(), "other values than the second parser's");
    require(*kept == expected.kept(), "cut and whole are mixed up");
    require(*kept_again == *kept && again == document, "blanks change the values");
}

std::vector<std::string> seeds() {
    std::vector<std::string> all;
    for (const auto& recorded : test::recorded()) {
        const std::string body = recorded.body();
        all.push_back('\x00' + body);
        all.push_back('\x02' + body);
    }
    return all;
}

}  // namespace

Target json_pick_target() {
    return {"json_pick", run, seeds, "json.dict"};
}

}  // namespace hookd::fuzz
