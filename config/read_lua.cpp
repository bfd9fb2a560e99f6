#include "config/read_lua.hpp"

#include "config/document.hpp"
#include "config/guarded_file.hpp"
#include "config/message.hpp"
#include "config/read_common.hpp"
#include "core/base/text.hpp"

#include <string>
#include <utility>

namespace hookd::config {
namespace {

/// Where the line of a text is in the file. A text of several lines begins in the line below its
/// `|`; in JSON, and in quotes, all of it is where it begins.
Position line_in_file(const Node& node, int line) {
    return node.lines == Lines::below ? Position{node.at.line + line, 1} : node.at;
}

}  // namespace

std::optional<LuaFunction> read_lua(const Node& node, std::span<const std::string_view> parameters,
                                    Findings& findings) {
    const std::string* const file = find_text(node, "file");
    std::string text = node.text() != nullptr ? *node.text() : std::string{};
    if (file != nullptr && !file->empty()) {
        auto read = read_guarded(findings.file().parent_path() / *file, FileKind::configuration,
                                 k_max_file_bytes);
        if (!read) {
            findings.add(node.at, read.error().message);
            return std::nullopt;
        }
        text = *std::move(read);
    }
    if (trim(text).empty()) {
        findings.add(node.at,
                     "there is no Lua in it: write a function's body, such as \"return "
                     "{kind = 'push', ref = body.ref, after = body.head}\"");
        return std::nullopt;
    }
    auto function = LuaFunction::compile(text, parameters);
    if (function) {
        return *std::move(function);
    }
    const LuaProblem& problem = function.error();
    if (file != nullptr) {
        findings.add(node.at, *file + ":" + std::to_string(problem.line) +
                                  ": not valid Lua: " + problem.message);
    } else {
        findings.add(line_in_file(node, problem.line), "not valid Lua: " + problem.message);
    }
    return std::nullopt;
}

}  // namespace hookd::config
