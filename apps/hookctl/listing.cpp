#include "apps/hookctl/listing.hpp"

#include "apps/hookctl/json_text.hpp"
#include "apps/hookctl/since.hpp"
#include "core/base/clock.hpp"

namespace hookd::hookctl {

ListQuery::ListQuery(std::string_view path, std::size_t limit)
    : target_(std::string(path) + "?limit=" + std::to_string(limit)) {}

void ListQuery::only(std::string_view name, std::string_view value) {
    if (!value.empty()) {
        target_ += "&" + std::string(name) + "=" + query_value(value);
    }
}

Status ListQuery::since(std::string_view text) {
    if (text.empty()) {
        return {};
    }
    const auto time = since_time(text, RealClock{}.wall());
    if (!time) {
        return fail(time.error());
    }
    only("since", to_rfc3339(*time));
    return {};
}

Result<Exit> print_list(
    const Settings& settings, const ListQuery& query, const std::string& name, Table table,
    const std::function<std::vector<std::string>(const nlohmann::ordered_json&)>& cells_of) {
    const auto daemon = find_daemon(settings);
    if (!daemon) {
        return fail(daemon.error());
    }
    const auto answer = daemon->get(query.target());
    if (!answer) {
        return fail(answer.error());
    }
    for (const nlohmann::ordered_json& member : list_at(*answer, name.c_str())) {
        if (settings.output == Output::json) {
            print_line(member.dump());
        } else {
            table.add(cells_of(member));
        }
    }
    if (settings.output == Output::human) {
        table.print(colour_of_stdout(), "no " + name);
    }
    return Exit::done;
}

}  // namespace hookd::hookctl
