#include "config/json_document.hpp"

#include "config/tree_builder.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>
#include <string>

namespace hookd::config {
namespace {

/// Follows the parser through the text. The parser does not say where a token stands; as all
/// text up to the token is known to be valid, finding it again takes no more than skipping.
class Places {
  public:
    explicit Places(std::string_view text) : text_(text) {}

    /// The place of the next token, and goes behind it.
    Position next() {
        skip_to(std::min(text_.find_first_not_of(" \t\r\n,:", at_), text_.size()));
        const Position start = here_;
        if (at_ == text_.size()) {
            return start;
        }
        constexpr std::string_view k_brackets = "{}[]";
        if (text_[at_] == '"') {
            std::size_t end = at_ + 1;
            while (end < text_.size() && text_[end] != '"') {
                end += text_[end] == '\\' ? 2 : 1;
            }
            skip_to(std::min(end + 1, text_.size()));
        } else if (k_brackets.find(text_[at_]) != std::string_view::npos) {
            skip_to(at_ + 1);
        } else {
            skip_to(std::min(text_.find_first_of(" \t\r\n,:{}[]\"", at_), text_.size()));
        }
        return start;
    }

  private:
    void skip_to(std::size_t to) {
        for (; at_ < to; ++at_) {
            here_ = text_[at_] == '\n' ? Position{here_.line + 1, 1}
                                       : Position{here_.line, here_.column + 1};
        }
    }

    std::string_view text_;
    std::size_t at_ = 0;
    Position here_{1, 1};
};

class Handler final : public nlohmann::json_sax<nlohmann::json> {
  public:
    Handler(std::string_view text, Findings& findings)
        : text_(text), places_(text), findings_(findings), builder_(findings) {}

    [[nodiscard]] std::optional<Node> take() { return builder_.take(); }

    bool null() override { return scalar(std::monostate{}); }
    bool boolean(bool value) override { return scalar(value); }
    bool number_integer(number_integer_t value) override { return scalar(value); }
    bool number_unsigned(number_unsigned_t value) override {
        constexpr auto k_largest =
            static_cast<number_unsigned_t>(std::numeric_limits<std::int64_t>::max());
        return value <= k_largest ? scalar(static_cast<std::int64_t>(value))
                                  : scalar(static_cast<double>(value));
    }
    bool number_float(number_float_t value, const string_t&) override { return scalar(value); }
    bool string(string_t& value) override { return scalar(std::move(value)); }
    bool binary(binary_t&) override { return false; }
    bool start_object(std::size_t) override { return builder_.begin_map(places_.next()); }
    bool key(string_t& value) override { return builder_.key(std::move(value), places_.next()); }
    bool end_object() override { return end(); }
    bool start_array(std::size_t) override { return builder_.begin_list(places_.next()); }
    bool end_array() override { return end(); }

    bool parse_error(std::size_t read, const std::string&,
                     const nlohmann::detail::exception& error) override {
        // "[json.exception...] parse error at line 1, column 2: syntax error while ...": the
        // library's own place and number say nothing to a reader.
        std::string_view what = error.what();
        const std::size_t place = what.find(", column ");
        const std::size_t colon = what.find(": ", place == std::string_view::npos ? 0 : place);
        if (colon != std::string_view::npos) {
            what.remove_prefix(colon + 2);
        }
        findings_.add(position_of(text_, read == 0 ? 0 : read - 1),
                      "not valid JSON: " + std::string(what));
        return false;
    }

  private:
    bool scalar(Node::Value value) {
        return builder_.scalar(Node{std::move(value), places_.next()});
    }
    bool end() {
        places_.next();
        return builder_.end();
    }

    std::string_view text_;
    Places places_;
    Findings& findings_;
    TreeBuilder builder_;
};

}  // namespace

std::optional<Node> read_json(std::string_view text, Findings& findings) {
    const std::size_t before = findings.size();
    Handler handler(text, findings);
    const bool read = nlohmann::json::sax_parse(text, &handler);
    return read && findings.size() == before ? handler.take() : std::nullopt;
}

}  // namespace hookd::config
