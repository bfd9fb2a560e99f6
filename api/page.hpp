#pragma once

#include "api/answer.hpp"
#include "api/records_json.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <vector>

namespace hookd::api {

/// A page of a list: the records under `list`, and under `next` what `before` of the next page is;
/// null where a page that holds fewer than `limit` is the last one.
template <class Record, class CursorOf>
[[nodiscard]] http::Response page_answer(const char* list, const std::vector<Record>& records,
                                         std::size_t limit, CursorOf cursor_of) {
    nlohmann::ordered_json body;
    body[list] = nlohmann::ordered_json::array();
    for (const Record& record : records) {
        body[list].push_back(to_json(record));
    }
    body["next"] = records.size() == limit ? nlohmann::ordered_json(cursor_of(records.back()))
                                           : nlohmann::ordered_json();
    return json_answer(body);
}

}  // namespace hookd::api
