#include "config/json_document.hpp"
#include "config/yaml_document.hpp"
#include "core/base/text.hpp"
#include "tests/fuzz/config_targets.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <limits>

// Input: a byte, 'y' or another, then YAML or JSON.
namespace hookd::fuzz {
namespace {

using config::Findings;
using config::Node;
using Json = nlohmann::json;

void check_places(std::string_view text, Findings& findings) {
    const auto lines = std::count(text.begin(), text.end(), '\n') + 1;
    for (const config::Problem& problem : findings.take()) {
        require(!problem.message.empty(), "a problem without words");
        require(problem.line >= 0 && problem.line <= lines && problem.column >= 0 &&
                    problem.column <= static_cast<int>(text.size()) + 1,
                "a problem beyond the file");
    }
}

/// Whole numbers that a configuration cannot hold are real ones to it.
void make_real_what_is_too_large(Json& value) {
    constexpr auto k_most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (value.is_number_unsigned() && value.get<std::uint64_t>() > k_most) {
        value = static_cast<double>(value.get<std::uint64_t>());
    } else if (value.is_structured()) {
        for (Json& part : value) {
            make_real_what_is_too_large(part);
        }
    }
}

std::optional<Node> read(std::string_view text, bool yaml) {
    Findings findings(yaml ? "input.yaml" : "input.json");
    auto node = yaml ? config::read_yaml(text, findings) : config::read_json(text, findings);
    require(!node || findings.empty(), "taken, and with problems");
    check_places(text, findings);
    return node;
}

void run(std::string_view bytes) {
    Input input(bytes);
    const bool yaml = input.byte() == 'y';
    const std::string_view text = input.rest();
    if (text.find('\0') != std::string_view::npos || !is_valid_utf8(text) ||
        text.starts_with("\xEF\xBB\xBF") || trim(text).empty()) {
        return;  // refused or taken off before
    }
    const auto node = read(text, yaml);
    if (!yaml) {
        require(!node || Json::accept(text), "JSON that the second parser refuses");
        if (node) {
            Json second = Json::parse(text);
            make_real_what_is_too_large(second);
            require(to_json(*node).dump() == second.dump(),
                    "another value than the second parser's");
        }
    }
    if (node) {
        // Its value as JSON is the same value, in both forms. A key of YAML ends within 1024
        // characters, so a longer text may be none.
        const Json value = to_json(*node);
        const bool short_keys = value.dump().size() <= 1000;
        for (const bool as_yaml : {false, true}) {
            if (as_yaml && !short_keys) {
                continue;
            }
            const auto again = read(value.dump(2), as_yaml);
            require(again.has_value(), as_yaml ? "its JSON is no YAML" : "its JSON is refused");
            require(to_json(*again) == value, as_yaml ? "its JSON is other YAML" : "it changes");
        }
    }
}

std::vector<std::string> seeds() {
    return {"y{a: 1, b: [x, 'y', \"z\"], on: no}",
            "ya:\n  - b: |\n      text\n    c: >-\n      d\n", "y? a\n: b\n",
            "j{\"a\": [1, -2, 3.5, true, null, \"\\u00e9\"]}"};
}

}  // namespace

Target config_document_target() {
    return {"config_document", run, seeds, "config.dict"};
}

}  // namespace hookd::fuzz
