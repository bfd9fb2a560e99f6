#include "webhook/json_pick.hpp"

#include "webhook/json_scanner.hpp"

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
using Token = JsonScanner::Token;

/// About what a kept value takes beside its text: its place in an array or a map, its allocations.
constexpr std::size_t k_value_bytes = 96;

/// Room that is made at once, for most documents enough.
constexpr std::size_t k_usual_depth = 8;
constexpr std::size_t k_usual_names = 128;

/// Follows the document token by token and keeps what is wanted; builds no tree of the rest and
/// does not recurse.
class Picker {
  public:
    Picker(std::string_view text, const Selection& wanted, const PickLimits& limits, Json& document)
        : scanner_(text, limits.string_bytes),
          wanted_(wanted),
          limits_(limits),
          document_(document) {
        levels_.reserve(k_usual_depth);
        names_.reserve(k_usual_names);
    }

    /// False: `refusal` says why.
    bool run() {
        for (;;) {
            const Token token = scanner_.next();
            if (token == Token::end) {
                return true;
            }
            if (!take(token)) {
                return false;
            }
        }
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

    bool take(Token token) {
        switch (token) {
            case Token::object_start:
                return enter(Json::value_t::object);
            case Token::array_start:
                return enter(Json::value_t::array);
            case Token::object_end:
            case Token::array_end:
                return leave();
            case Token::name:
                return take_name();
            case Token::invalid:
                return refuse(scanner_.problem());
            default:
                break;
        }
        // A value that nobody wants is looked at, but not made.
        if (place_here() != Selection::k_unwanted && store(scalar(token)) != nullptr &&
            token == Token::string) {
            kept_bytes_ += scanner_.raw().size();
        }
        return count_value();
    }

    [[nodiscard]] Json scalar(Token token) const {
        switch (token) {
            case Token::string:
                return text();
            case Token::integer:
                return scanner_.integer();
            case Token::unsigned_:
                return scanner_.unsigned_integer();
            case Token::real:
                return scanner_.real();
            case Token::true_:
                return true;
            case Token::false_:
                return false;
            default:
                return nullptr;
        }
    }

    [[nodiscard]] std::string text() const {
        return scanner_.has_escapes() ? scanner_.decoded() : std::string(scanner_.raw());
    }

    bool take_name() {
        if (!scanner_.has_escapes()) {
            return take_name(scanner_.raw());
        }
        return take_name(scanner_.decoded());
    }

    bool take_name(std::string_view name) {
        const Level& level = levels_.back();
        // Two names of one hash count as one name. By accident that does not happen; who makes it
        // happen refuses a document of his own.
        const std::size_t hash = std::hash<std::string_view>{}(name);
        const auto first = names_.begin() + static_cast<std::ptrdiff_t>(level.first_name);
        if (std::find(first, names_.end(), hash) != names_.end()) {
            return refuse("an object holds the name \"" + std::string(name.substr(0, 64)) +
                          "\" twice");
        }
        if (names_.size() - level.first_name == limits_.names) {
            return refuse("an object holds more than " + std::to_string(limits_.names) + " names");
        }
        names_.push_back(hash);
        name_place_ = wanted_.member(level.place, name);
        if (name_place_ != Selection::k_unwanted) {
            name_ = name;
        }
        return true;
    }

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
            if (elements_ == limits_.elements || kept_bytes_ > limits_.kept_bytes) {
                kept_ = Kept::cut;
                return nullptr;
            }
            ++elements_;
        }
        kept_bytes_ += k_value_bytes;
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

    JsonScanner scanner_;
    const Selection& wanted_;
    const PickLimits& limits_;
    Json& document_;
    std::vector<Level> levels_;
    std::vector<std::size_t> names_;  ///< hashes of the names of all open objects
    std::string name_;                ///< the last wanted one
    Place name_place_ = Selection::k_unwanted;
    std::size_t values_ = 0;
    std::size_t elements_ = 0;
    std::size_t kept_bytes_ = 0;
    Kept kept_ = Kept::whole;
    std::string refusal_;
};

}  // namespace

Result<Kept> pick(std::string_view text, const Selection& wanted, Json& document,
                  const PickLimits& limits) {
    document = nullptr;
    Picker picker(text, wanted, limits, document);
    if (!picker.run()) {
        document = nullptr;
        return fail(ErrorCode::invalid, picker.refusal());
    }
    return picker.kept();
}

}  // namespace hookd::webhook
