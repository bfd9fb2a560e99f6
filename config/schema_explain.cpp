#include "config/schema_explain.hpp"

#include "config/message.hpp"
#include "core/base/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace hookd::config {
namespace {

using nlohmann::json;
using Words = std::vector<std::string_view>;

Words words_of(const json& list) {
    Words words;
    for (const json& word : list) {
        words.push_back(word.get_ref<const std::string&>());
    }
    return words;
}

Words keys_of(const json& object) {
    Words keys;
    for (const auto& [key, value] : object.items()) {
        keys.push_back(key);
    }
    return keys;
}

bool is_type(const Node& node, std::string_view type) {
    return (type == "null" && node.is_null()) || (type == "boolean" && node.boolean() != nullptr) ||
           (type == "integer" && node.integer() != nullptr) ||
           (type == "string" && node.text() != nullptr) ||
           (type == "array" && node.list() != nullptr) ||
           (type == "object" && node.map() != nullptr);
}

std::string type_words(std::string_view type) {
    if (type == "boolean") {
        return "true or false";
    }
    if (type == "integer") {
        return "a whole number";
    }
    if (type == "string") {
        return "a text";
    }
    return type == "array" ? "a list" : type == "object" ? "a group of keys" : "empty";
}

class Explainer {
  public:
    Explainer(const json& root, Findings& findings) : root_(root), findings_(findings) {}

    /// `subject` is how a message names the node: `"timeout"`, `an item of "branches"`.
    void explain(const Node& node, const json& referring, const std::string& subject) {
        const json& schema = resolve(referring);
        if (!check_type(node, schema, subject)) {
            return;
        }
        if (const std::string* text = node.text()) {
            check_text(*text, node, schema, subject);
        } else if (const std::int64_t* number = node.integer()) {
            check_number(*number, node, schema, subject);
        } else if (const Node::List* list = node.list()) {
            check_list(*list, node, schema, subject);
        } else if (const Node::Map* map = node.map()) {
            check_map(*map, node, schema, subject);
        }
    }

  private:
    const json& resolve(const json& schema) const {
        const auto reference = schema.find("$ref");
        return reference == schema.end()
                   ? schema
                   : root_.at(json::json_pointer(
                         reference->get_ref<const std::string&>().substr(1)));  // without '#'
    }

    bool check_type(const Node& node, const json& schema, const std::string& subject) {
        const auto type = schema.find("type");
        if (type == schema.end()) {
            return true;
        }
        const Words types =
            type->is_array() ? words_of(*type) : Words{type->get_ref<const std::string&>()};
        if (std::any_of(types.begin(), types.end(),
                        [&node](std::string_view one) { return is_type(node, one); })) {
            return true;
        }
        std::string wanted;
        for (const std::string_view one : types) {
            if (one != "null") {
                wanted += (wanted.empty() ? "" : " or ") + type_words(one);
            }
        }
        std::string message = subject + " is " + describe(node) + ", but must be " + wanted;
        const bool quotes_help = is_type(node, "boolean") || is_type(node, "integer");
        if (schema.contains("examples")) {
            message += ", such as " + schema["examples"][0].dump();
        } else if (schema.contains("enum")) {
            message += ": " + join_quoted(words_of(schema["enum"]), "or");
        } else if (quotes_help && wanted == "a text") {
            message += ": write it in quotes";
        }
        findings_.add(node.at, message);
        return false;
    }

    void check_text(const std::string& text, const Node& node, const json& schema,
                    const std::string& subject) {
        if (schema.contains("enum")) {
            const Words allowed = words_of(schema["enum"]);
            if (std::find(allowed.begin(), allowed.end(), text) == allowed.end()) {
                findings_.add(node.at, subject + " is " + quote(text) + ", but must be " +
                                           join_quoted(allowed, "or"));
            }
        }
        if (text.size() < schema.value("minLength", std::size_t{0})) {
            findings_.add(node.at, subject + " is empty");
        }
    }

    void check_number(std::int64_t number, const Node& node, const json& schema,
                      const std::string& subject) {
        const auto say = [&](const char* bound, const json& limit) {
            findings_.add(node.at, subject + " is " + std::to_string(number) + ", but must be " +
                                       bound + " " + limit.dump());
        };
        if (schema.contains("minimum") && number < schema["minimum"].get<std::int64_t>()) {
            say("at least", schema["minimum"]);
        }
        if (schema.contains("maximum") && number > schema["maximum"].get<std::int64_t>()) {
            say("at most", schema["maximum"]);
        }
    }

    void check_list(const Node::List& list, const Node& node, const json& schema,
                    const std::string& subject) {
        if (list.size() < schema.value("minItems", std::size_t{0})) {
            findings_.add(node.at, subject + " is an empty list");
        }
        if (list.size() > schema.value("maxItems", list.size())) {
            findings_.add(node.at, subject + " has " + std::to_string(list.size()) +
                                       " items, but at most " + schema["maxItems"].dump() +
                                       " are possible");
        }
        if (schema.contains("items")) {
            for (const Node& item : list) {
                explain(item, schema["items"], "an item of " + subject);
            }
        }
    }

    void check_map(const Node::Map& map, const Node& node, const json& schema,
                   const std::string& subject) {
        const json properties = schema.value("properties", json::object());
        const json others = schema.value("additionalProperties", json(true));
        const json later = schema.value("x-planned", json::array());
        const Words known = keys_of(properties);
        const Words planned = words_of(later);
        const std::size_t before = findings_.size();
        // A key that was meant by a misspelt one is not missing as well.
        std::set<std::string_view> there;
        for (const Member& member : map) {
            there.insert(member.key);
            if (properties.contains(member.key)) {
                explain(member.value, properties.at(member.key), quote(member.key));
            } else if (others.is_object()) {
                explain(member.value, others, quote(member.key));
            } else if (others == false) {
                findings_.add(member.at, unknown_key(member.key, known, planned));
                if (const auto meant = nearest(member.key, known)) {
                    there.insert(*meant);
                }
            }
        }
        if (schema.contains("required")) {
            for (const std::string_view key : words_of(schema["required"])) {
                if (!there.contains(key)) {
                    findings_.add(node.at, quote(key) + " is missing in " + subject);
                }
            }
        }
        // A key that is wrong already may have been the choice.
        if (findings_.size() == before) {
            check_choice(there, node, schema, subject);
        }
    }

    /// Exactly one of some keys: `oneOf` of `required`, or just one property.
    void check_choice(const std::set<std::string_view>& there, const Node& node, const json& schema,
                      const std::string& subject) {
        Words choices;
        if (schema.contains("oneOf")) {
            for (const json& choice : schema["oneOf"]) {
                if (!choice.contains("required")) {
                    continue;  // what may stand here in place of a group of keys
                }
                choices.push_back(choice["required"][0].get_ref<const std::string&>());
            }
        } else if (schema.contains("minProperties")) {
            choices = keys_of(schema["properties"]);
        } else {
            return;
        }
        Words chosen;
        for (const std::string_view choice : choices) {
            if (there.contains(choice)) {
                chosen.push_back(choice);
            }
        }
        if (chosen.empty()) {
            findings_.add(node.at, subject + " needs " + join_quoted(choices, "or"));
        }
        if (chosen.size() > 1 && (schema.contains("oneOf") || schema.contains("maxProperties"))) {
            findings_.add(node.at, subject + " can have one of " + join_quoted(choices, "and") +
                                       " only, here are " + join_quoted(chosen, "and"));
        }
    }

    const json& root_;
    Findings& findings_;
};

}  // namespace

void explain_mismatch(const Node& root, const json& schema, Findings& findings) {
    Explainer(schema, findings).explain(root, schema, "the file");
}

}  // namespace hookd::config
