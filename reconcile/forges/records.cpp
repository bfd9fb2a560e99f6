#include "reconcile/forges/records.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>

namespace hookd::reconcile {
namespace {

using Json = nlohmann::json;

/// Longer than any path that is wanted.
constexpr std::size_t k_longest_path = 256;

enum class Top { list, object };

/// Takes the values out as the parser comes by.
class Taker final : public nlohmann::json_sax<Json> {
  public:
    Taker(Top top, std::span<const std::string_view> wanted) : top_(top), wanted_(wanted) {}

    [[nodiscard]] std::vector<Record>& records() { return records_; }

    bool null() override { return scalar({}); }
    bool boolean(bool value) override { return scalar(value ? "true" : "false"); }
    bool number_integer(number_integer_t value) override { return scalar(std::to_string(value)); }
    bool number_unsigned(number_unsigned_t value) override { return scalar(std::to_string(value)); }
    bool number_float(number_float_t, const string_t& text) override { return scalar(text); }
    bool string(string_t& text) override { return scalar(std::move(text)); }
    bool binary(binary_t&) override { return false; }

    bool start_object(std::size_t) override {
        if (levels_.size() == depth_of_records()) {
            records_.emplace_back();
            return records_.size() <= k_most_records && enter(std::string());
        }
        return levels_.size() > depth_of_records() && enter(path_);
    }
    bool key(string_t& name) override {
        path_ = levels_.back();
        if (path_ == k_nowhere || path_.size() + name.size() > k_longest_path) {
            path_ = k_nowhere;
            return true;
        }
        std::transform(name.begin(), name.end(), name.begin(), [](char c) {
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        });
        path_ += (path_.empty() ? "" : "/") + name;
        return true;
    }
    bool end_object() override { return leave(); }
    bool start_array(std::size_t) override {
        const bool is_top = levels_.empty() && top_ == Top::list;
        return (is_top || levels_.size() > depth_of_records()) && enter(std::string(k_nowhere));
    }
    bool end_array() override { return leave(); }
    bool parse_error(std::size_t, const std::string&, const Json::exception&) override {
        return false;
    }

  private:
    /// Where nothing is that could be wanted: a path has no line break.
    static constexpr std::string_view k_nowhere = "\n";

    [[nodiscard]] std::size_t depth_of_records() const { return top_ == Top::list ? 1 : 0; }

    bool enter(std::string path) {
        path_ = path;
        levels_.push_back(std::move(path));
        return levels_.size() <= k_deepest_answer;
    }

    bool leave() {
        levels_.pop_back();
        path_ = k_nowhere;  // in a list the next value has no key that would say where it is
        return true;
    }

    bool scalar(std::optional<std::string> value) {
        if (levels_.size() <= depth_of_records()) {
            return false;
        }
        if (value && value->size() <= k_longest_text &&
            std::find(wanted_.begin(), wanted_.end(), path_) != wanted_.end()) {
            records_.back().emplace(path_, *std::move(value));
        }
        return true;
    }

    const Top top_;
    const std::span<const std::string_view> wanted_;
    std::vector<std::string> levels_;  ///< the path of each object and list that is open
    std::string path_;                 ///< of the next value
    std::vector<Record> records_;
};

Result<std::vector<Record>> read(std::string_view json, Top top,
                                 std::span<const std::string_view> wanted) {
    Taker taker(top, wanted);
    if (!Json::sax_parse(json, &taker)) {
        return fail(ErrorCode::invalid, top == Top::list
                                            ? "the answer is no list of objects in JSON"
                                            : "the answer is no object in JSON");
    }
    return std::move(taker.records());
}

}  // namespace

Result<std::vector<Record>> read_records(std::string_view json,
                                         std::span<const std::string_view> wanted) {
    return read(json, Top::list, wanted);
}

Result<Record> read_record(std::string_view json, std::span<const std::string_view> wanted) {
    auto records = read(json, Top::object, wanted);
    if (!records) {
        return fail(records.error());
    }
    return std::move(records->front());
}

}  // namespace hookd::reconcile
