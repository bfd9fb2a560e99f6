#include "config/yaml_document.hpp"

#include "config/tree_builder.hpp"
#include "config/yaml_scalar.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>
#include <string>

namespace hookd::config {
namespace {

/// Ends the parser's work early; the reason is among the findings.
struct Stop {};

Position place(const YAML::Mark& mark) {
    return mark.is_null() ? Position{} : Position{mark.line + 1, mark.column + 1};
}

/// Hands the parser's events to the builder. Working on events, not on yaml-cpp's own tree, an
/// alias never becomes a copy and depth is known before it costs anything.
class Handler final : public YAML::EventHandler {
  public:
    Handler(std::string_view text, Findings& findings)
        : text_(text), findings_(findings), builder_(findings) {}

    [[nodiscard]] std::optional<Node> take() { return builder_.take(); }

    void OnDocumentStart(const YAML::Mark& mark) override {
        if (++documents_ > 1) {
            stop(mark, "a second document begins here: a file holds one");
        }
    }
    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        refuse_anchor(mark, anchor);
        add(mark, {}, "");
    }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
        stop(mark, "an alias (*) is not possible here: write the value again");
    }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override {
        refuse_anchor(mark, anchor);
        if (tag == "?") {
            add(mark, resolve_plain(value), value);
        } else if (tag == "!" && starts_with_any(mark, "\"'")) {
            check_quotes(mark);
            add(mark, value, value);
        } else if (tag == "!" && starts_with_any(mark, "|>")) {
            add(mark, value, value, starts_with_any(mark, "|") ? Lines::below : Lines::here);
        } else {
            refuse_tag(mark, tag);
        }
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        begin(mark, tag, anchor);
        go_on(builder_.begin_list(place(mark)));
    }
    void OnSequenceEnd() override { go_on(builder_.end()); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override {
        begin(mark, tag, anchor);
        go_on(builder_.begin_map(place(mark)));
    }
    void OnMapEnd() override { go_on(builder_.end()); }

  private:
    static void go_on(bool wanted) {
        if (!wanted) {
            throw Stop{};
        }
    }
    [[noreturn]] void stop(const YAML::Mark& mark, const std::string& message) {
        findings_.add(place(mark), message);
        throw Stop{};
    }
    void refuse_anchor(const YAML::Mark& mark, YAML::anchor_t anchor) {
        if (anchor != YAML::NullAnchor) {
            stop(mark, "an anchor (&) is not possible here: write the value where it is needed");
        }
    }
    [[noreturn]] void refuse_tag(const YAML::Mark& mark, const std::string& tag) {
        stop(mark, "the tag \"" + tag + "\" is not possible here: write the value without it");
    }
    void begin(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
        refuse_anchor(mark, anchor);
        if (!tag.empty() && tag != "?") {
            refuse_tag(mark, tag);
        }
        if (builder_.wants_key()) {
            stop(mark, "a key must be a plain text; text that starts with { or [ needs quotes");
        }
    }
    [[nodiscard]] bool starts_with_any(const YAML::Mark& mark, std::string_view bytes) const {
        const auto at = static_cast<std::size_t>(mark.pos);
        return mark.pos >= 0 && at < text_.size() &&
               bytes.find(text_[at]) != std::string_view::npos;
    }
    /// yaml-cpp takes the end of the file for a closing quote: half a file would be read.
    void check_quotes(const YAML::Mark& mark) {
        const auto start = static_cast<std::size_t>(mark.pos);
        const char quote_byte = text_[start];
        for (std::size_t at = start + 1; at < text_.size(); ++at) {
            if (quote_byte == '"' && text_[at] == '\\') {
                ++at;
            } else if (text_[at] == quote_byte) {
                if (quote_byte == '"' || text_.substr(at + 1, 1) != "'") {
                    return;
                }
                ++at;  // two stand for one
            }
        }
        stop(mark, "the text in quotes does not end");
    }
    /// A key is its text, whatever it would be as a value: `on`, `1` and `true` are keys.
    void add(const YAML::Mark& mark, Node::Value value, const std::string& text,
             Lines lines = Lines::here) {
        go_on(builder_.wants_key() ? builder_.key(text, place(mark))
                                   : builder_.scalar(Node{std::move(value), place(mark), lines}));
    }

    std::string_view text_;
    Findings& findings_;
    TreeBuilder builder_;
    int documents_ = 0;
};

}  // namespace

std::optional<Node> read_yaml(std::string_view text, Findings& findings) {
    const std::size_t before = findings.size();
    Handler handler(text, findings);
    try {
        std::istringstream stream{std::string(text)};
        YAML::Parser parser(stream);
        while (parser.HandleNextDocument(handler)) {
        }
    } catch (const Stop&) {
        return std::nullopt;
    } catch (const YAML::Exception& error) {
        // In an escape that is cut off by the end, yaml-cpp counts on beyond it.
        const Position end = position_of(text, text.size());
        findings.add(std::min(place(error.mark), end), "not valid YAML: " + error.msg);
        return std::nullopt;
    }
    if (findings.size() != before) {
        return std::nullopt;
    }
    return handler.take();
}

}  // namespace hookd::config
