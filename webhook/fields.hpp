#pragma once

#include "core/base/clock.hpp"
#include "core/base/result.hpp"
#include "core/model/names.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// Reading single fields of a picked document. Paths are names joined by '/'.
namespace hookd::webhook {

/// Nothing where it is absent. A null is something.
[[nodiscard]] const nlohmann::json* field(const nlohmann::json& document, std::string_view path);

/// Empty where it is absent, null or no text.
[[nodiscard]] std::string text_at(const nlohmann::json& document, std::string_view path);
[[nodiscard]] bool flag_at(const nlohmann::json& document, std::string_view path);
[[nodiscard]] std::optional<bool> optional_flag_at(const nlohmann::json& document,
                                                   std::string_view path);
[[nodiscard]] std::optional<std::int64_t> number_at(const nlohmann::json& document,
                                                    std::string_view path);
/// A time as RFC 3339 has it.
[[nodiscard]] std::optional<WallTime> time_at(const nlohmann::json& document,
                                              std::string_view path);
/// The object id, or empty where there is none or something else stands there.
[[nodiscard]] std::string object_id_at(const nlohmann::json& document, std::string_view path);
/// That member of each object in a list, such as the names of labels. Empty where it is no list.
[[nodiscard]] std::vector<std::string> texts_of(const nlohmann::json* list,
                                                std::string_view member);
/// A http or https address for people to follow, else empty: nothing else becomes a link.
[[nodiscard]] std::string link_at(const nlohmann::json& document, std::string_view path);

/// The first error among results that were all asked for.
template <class... Values>
[[nodiscard]] Status all_ok(const Result<Values>&... results) {
    Status status;
    const auto take = [&status](const auto& result) {
        if (status && !result) {
            status = fail(result.error());
        }
    };
    (take(results), ...);
    return status;
}

// What must be there. **Errors:** invalid, naming the path.
[[nodiscard]] Result<std::string> require_text(const nlohmann::json& document,
                                               std::string_view path);
[[nodiscard]] Result<std::int64_t> require_number(const nlohmann::json& document,
                                                  std::string_view path);
[[nodiscard]] Result<std::string> require_object_id(const nlohmann::json& document,
                                                    std::string_view path);
/// A full ref name.
[[nodiscard]] Result<std::string> require_ref(const nlohmann::json& document,
                                              std::string_view path);
/// A branch's short name.
[[nodiscard]] Result<std::string> require_branch(const nlohmann::json& document,
                                                 std::string_view path);
/// **Errors:** also `denied` where the name is not one that a configuration could hold: nobody
/// may speak for such a repository.
[[nodiscard]] Result<RepositoryName> require_repository(const nlohmann::json& document,
                                                        std::string_view path);
/// As `require_repository`, but absence is the empty name.
[[nodiscard]] Result<RepositoryName> repository_at(const nlohmann::json& document,
                                                   std::string_view path);

}  // namespace hookd::webhook
