#include "config/document.hpp"

#include "config/guarded_file.hpp"
#include "config/json_document.hpp"
#include "config/yaml_document.hpp"
#include "core/base/text.hpp"

#include <string>
#include <string_view>

namespace hookd::config {
namespace {

constexpr std::string_view k_byte_order_mark = "\xEF\xBB\xBF";

/// The first byte that is not UTF-8.
std::size_t first_invalid(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size()) {
        std::size_t size = 1;
        while (size <= 4 && !is_valid_utf8(text.substr(at, size))) {
            ++size;
        }
        if (size > 4) {
            break;
        }
        at += size;
    }
    return at;
}

}  // namespace

std::optional<Node> read_document(const std::filesystem::path& file, Findings& findings) {
    const auto ending = file.extension();
    const bool yaml = ending == ".yaml" || ending == ".yml";
    if (!yaml && ending != ".json") {
        findings.add(
            "the name must end in .yaml, .yml or .json: the ending decides how it is read");
        return std::nullopt;
    }
    const auto read = read_guarded(file, FileKind::configuration, k_max_file_bytes);
    if (!read) {
        findings.add(read.error().message);
        return std::nullopt;
    }
    std::string_view text = *read;
    if (text.starts_with(k_byte_order_mark)) {
        text.remove_prefix(k_byte_order_mark.size());
    }
    if (const std::size_t at = text.find('\0'); at != std::string_view::npos) {
        findings.add(position_of(text, at), "a NUL byte: the file must be text");
        return std::nullopt;
    }
    if (!is_valid_utf8(text)) {
        findings.add(position_of(text, first_invalid(text)), "not UTF-8: the file must be text");
        return std::nullopt;
    }
    if (trim(text).empty()) {
        findings.add("the file is empty");
        return std::nullopt;
    }
    const std::size_t before = findings.size();
    auto node = yaml ? read_yaml(text, findings) : read_json(text, findings);
    if (!node && findings.size() == before) {
        findings.add("the file is empty");
    }
    return node;
}

}  // namespace hookd::config
