#include "config/read_event_map.hpp"

#include "config/json_pointer.hpp"
#include "config/message.hpp"
#include "config/read_common.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>

namespace hookd::config {
namespace {

std::optional<JsonPointer> read_pointer(const std::string& text, Position at, Findings& findings) {
    auto pointer = parse_json_pointer(text);
    if (!pointer) {
        findings.add(at, pointer.error().message);
        return std::nullopt;
    }
    return *std::move(pointer);
}

std::map<std::string, std::string> read_words(const Node& source) {
    std::map<std::string, std::string> words;
    const Node* const node = source.find("words");
    if (node != nullptr && node->map() != nullptr) {
        for (const Member& member : *node->map()) {
            if (const std::string* const ours = member.value.text()) {
                words[member.key] = *ours;
            }
        }
    }
    return words;
}

/// A pointer, or {at: POINTER, words: ...}, or {value: CONSTANT}.
std::optional<FieldSource> read_source(const std::string& field, const Node& node,
                                       Findings& findings) {
    FieldSource source{field, {}, read_words(node)};
    const Node* const value = node.find("value");
    const std::string* const at = node.text() != nullptr ? node.text() : find_text(node, "at");
    if ((value != nullptr) == (at != nullptr)) {
        if (node.map() != nullptr) {
            findings.add(node.at, quote(field) +
                                      " needs either \"at\", a place in the body, or "
                                      "\"value\", a constant");
        }
        return std::nullopt;
    }
    if (at != nullptr) {
        auto pointer = read_pointer(*at, node.at, findings);
        if (!pointer) {
            return std::nullopt;
        }
        source.from = *std::move(pointer);
    } else if (value->text() != nullptr) {
        source.from = *value->text();
    } else if (value->integer() != nullptr) {
        source.from = *value->integer();
    } else if (value->boolean() != nullptr) {
        source.from = *value->boolean();
    } else {
        return std::nullopt;  // the schema says so
    }
    if (!source.words.empty() && value != nullptr) {
        findings.add(value->at, "a constant needs no \"words\": write what it stands for");
    }
    return source;
}

bool is_source(const Node& node) {
    return node.text() != nullptr || node.find("at") != nullptr || node.find("value") != nullptr;
}

/// Fields of a group of the event, such as `merge_request: {number: ...}`, get its name in front.
void read_fields(const Node& group, const std::string& prefix, std::vector<FieldSource>& fields,
                 Findings& findings) {
    if (group.map() == nullptr) {
        return;
    }
    for (const Member& member : *group.map()) {
        const std::string field = prefix + member.key;
        if (field == "commits") {
            continue;
        }
        if (member.value.map() != nullptr && !is_source(member.value)) {
            read_fields(member.value, field + "/", fields, findings);
        } else if (auto source = read_source(field, member.value, findings)) {
            fields.push_back(*std::move(source));
        }
    }
}

std::optional<CommitSource> read_commits(const Node& node, Findings& findings) {
    CommitSource source;
    const std::string* const at = node.text() != nullptr ? node.text() : find_text(node, "at");
    auto pointer = at != nullptr ? read_pointer(*at, node.at, findings) : std::nullopt;
    if (!pointer) {
        return std::nullopt;
    }
    source.at = *std::move(pointer);
    if (node.map() != nullptr) {
        for (const Member& member : *node.map()) {
            if (member.key != "at" && member.key != "author") {
                if (auto field = read_source(member.key, member.value, findings)) {
                    source.fields.push_back(*std::move(field));
                }
            }
        }
        if (const Node* const author = node.find("author")) {
            read_fields(*author, "author/", source.fields, findings);
        }
    }
    if (source.fields.empty()) {
        for (const char* const name :
             {"id", "message", "timestamp", "added", "modified", "removed"}) {
            source.fields.push_back({name, JsonPointer{name}, {}});
        }
        source.fields.push_back({"author/name", JsonPointer{"author", "name"}, {}});
        source.fields.push_back({"author/email", JsonPointer{"author", "email"}, {}});
    }
    return source;
}

}  // namespace

EventMap read_event_map(const Node& node, Findings& findings) {
    EventMap map;
    read_fields(node, "", map.fields, findings);
    if (const Node* const commits = node.find("commits")) {
        if (auto source = read_commits(*commits, findings)) {
            map.commits.push_back(*std::move(source));
        }
    }
    int refs = 0;
    for (const FieldSource& source : map.fields) {
        refs += source.field == "ref" || source.field == "branch" || source.field == "tag" ? 1 : 0;
    }
    if (refs > 1) {
        findings.add(node.at, "\"map\" can have one of \"ref\", \"branch\" and \"tag\" only");
    }
    return map;
}

}  // namespace hookd::config
