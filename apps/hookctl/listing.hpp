#pragma once

#include "apps/hookctl/commands.hpp"
#include "apps/hookctl/exit_code.hpp"
#include "apps/hookctl/terminal.hpp"
#include "core/base/result.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace hookd::hookctl {

/// What is asked of a list of the API.
class ListQuery {
  public:
    /// At most `limit` members of the list at `path`.
    ListQuery(std::string_view path, std::size_t limit);

    /// Only those whose `name` is `value`; all where that is empty.
    void only(std::string_view name, std::string_view value);
    /// Only those since a time as a person gives it; all where that is empty. **Errors:** invalid.
    [[nodiscard]] Status since(std::string_view text);

    [[nodiscard]] const std::string& target() const { return target_; }

  private:
    std::string target_;
};

/// Asks for a list and prints it: a line of JSON for each member of the answer's `name`, or for
/// people the table with the cells that `cells_of` makes of each.
[[nodiscard]] Result<Exit> print_list(
    const Settings& settings, const ListQuery& query, const std::string& name, Table table,
    const std::function<std::vector<std::string>(const nlohmann::ordered_json&)>& cells_of);

}  // namespace hookd::hookctl
