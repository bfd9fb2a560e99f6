#include "webhook/json_pick.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace hookd::webhook {
namespace {

using Json = nlohmann::json;
using Place = Selection::Place;

/// Receives the document piece by piece from the parser, which keeps no tree and does not
/// recurse. Its public functions are the interface that nlohmann::json::sax_parse asks for.
class Picker {
  public:
    Picker(const Selection& wanted, const PickLimits& limits, Json& document)
        : wanted_(wanted), limits_(limits), document_(document) {}

    bool null() { return scalar(nullptr); }
    bool boolean(bool value) { return scalar(value); }
    bool number_integer(Json::number_integer_t value) { return scalar(value); }
    bool number_unsigned(Json::number_unsigned_t value) { return scalar(value); }

    bool number_float(Json::number_float_t value, const std::string& digits) {
        // A whole number that does not fit comes here, rounded: as an id it would be another one.
        if (digits.find_first_of(".eE") == std::string::npos) {
            return refuse("a whole number does not fit into 64 bits");
        }
        return scalar(value);
    }

    bool string(std::string& value) {
        return value.find('\0') == std::string::npos ? scalar(std::move(value))
                                                     : refuse("a string holds a NUL");
    }

    bool binary(Json::binary_t&) { return refuse("binary data"); }
    bool start_object(std::size_t) { return enter(Json::value_t::object); }
    bool start_array(std::size_t) { return enter(Json::value_t::array); }
    bool end_array() { return leave(); }
    bool end_object() { return leave(); }

    bool key(std::string& name) {
        const Level& level = levels_.back();
        // Two names of one hash count as one name. By accident that does not happen; who makes it
        // happen refuses a document of his own.
        const std::size_t hash = std::hash<std::string_view>{}(name);
        const auto first = names_.begin() + static_cast<std::ptrdiff_t>(level.first_name);
        if (std::find(first, names_.end(), hash) != names_.end()) {
            return refuse("an object holds the name \"" + name.substr(0, 64) + "\" twice");
        }
        if (names_.size() - level.first_name == limits_.names) {
            return refuse("an object holds more than " + std::to_string(limits_.names) + " names");
        }
        names_.push_back(hash);
        name_place_ = wanted_.member(level.place, name);
        if (name_place_ != Selection::k_unwanted) {
            name_ = std::move(name);
        }
        return true;
    }

    bool parse_error(std::size_t position, const std::string&, const Json::exception&) {
        return refuse("not valid JSON at byte " + std::to_string(position));
    }

    [[nodiscard]] const std::string& refusal() const { return refusal_; }
    [[nodiscard]] Kept kept() const { return kept_; }

  private:
    struct Level {
        bool is_object;
        Place place;             ///< unwanted also where its container was left out
        Json* into;              ///< where what is wanted goes
        std::size_t first_name;  ///< of its names in names_
    };

    [[nodiscard]] Place place_here() const {
        if (levels_.empty()) {
            return Selection::k_root;
        }
        const Level& level = levels_.back();
        return level.is_object ? name_place_ : wanted_.element(level.place);
    }

    bool count_value() {
        return ++values_ <= limits_.values ||
               refuse("more than " + std::to_string(limits_.values) + " values");
    }

    template <class Value>
    bool scalar(Value&& value) {
        if (place_here() != Selection::k_unwanted) {
            store(Json(std::forward<Value>(value)));
        }
        return count_value();
    }

    bool enter(Json::value_t type) {
        if (levels_.size() == limits_.depth) {
            return refuse("nested deeper than " + std::to_string(limits_.depth) + " levels");
        }
        const Place place = place_here();
        Json* const into = place != Selection::k_unwanted ? store(Json(type)) : nullptr;
        levels_.push_back({type == Json::value_t::object,
                           into != nullptr ? place : Selection::k_unwanted, into, names_.size()});
        return count_value();
    }

    bool leave() {
        names_.resize(levels_.back().first_name);
        levels_.pop_back();
        return true;
    }

    /// Nothing where the value was left out.
    Json* store(Json&& value) {
        if (levels_.empty()) {
            document_ = std::move(value);
            return &document_;
        }
        const Level& level = levels_.back();
        if (!level.is_object || name_place_ == Selection::k_everything) {
            if (elements_ == limits_.elements) {
                kept_ = Kept::cut;
                return nullptr;
            }
            ++elements_;
        }
        if (level.is_object) {
            Json& member = (*level.into)[name_];
            member = std::move(value);
            return &member;
        }
        level.into->push_back(std::move(value));
        return &level.into->back();
    }

    bool refuse(std::string why) {
        if (refusal_.empty()) {
            refusal_ = std::move(why);
        }
        return false;
    }

    const Selection& wanted_;
    const PickLimits& limits_;
    Json& document_;
    std::vector<Level> levels_;
    std::vector<std::size_t> names_;  ///< hashes of the names of all open objects
    std::string name_;                ///< the last wanted one
    Place name_place_ = Selection::k_unwanted;
    std::size_t values_ = 0;
    std::size_t elements_ = 0;
    Kept kept_ = Kept::whole;
    std::string refusal_;
};

/// Whether a string of the document is longer than `most` bytes as written. The parser would copy
/// such a string before we see it.
bool has_long_string(std::string_view text, std::size_t most) {
    bool inside = false;
    std::size_t start = 0;
    for (std::size_t i = text.find('"'); i != std::string_view::npos; i = text.find('"', i + 1)) {
        std::size_t backslashes = 0;
        while (inside && i - backslashes > start && text[i - backslashes - 1] == '\\') {
            ++backslashes;
        }
        if (backslashes % 2 == 0) {
            if (inside && i - start > most) {
                return true;
            }
            inside = !inside;
            start = i + 1;
        }
    }
    return inside && text.size() - start > most;
}

}  // namespace

Result<Kept> pick(std::string_view text, const Selection& wanted, Json& document,
                  const PickLimits& limits) {
    document = nullptr;
    if (text.size() > limits.string_bytes && has_long_string(text, limits.string_bytes)) {
        return fail(ErrorCode::invalid,
                    "a string is longer than " + std::to_string(limits.string_bytes) + " bytes");
    }
    // The parser takes a NUL between tokens for the end and would not see what follows.
    if (text.find('\0') != std::string_view::npos) {
        return fail(ErrorCode::invalid, "not valid JSON: a NUL");
    }
    Picker picker(wanted, limits, document);
    if (!Json::sax_parse(text.begin(), text.end(), &picker)) {
        document = nullptr;
        return fail(ErrorCode::invalid, picker.refusal());
    }
    return picker.kept();
}

}  // namespace hookd::webhook
