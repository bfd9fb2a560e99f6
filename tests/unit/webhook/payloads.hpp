#pragma once

#include "core/base/file.hpp"
#include "core/http/message.hpp"

#include <nlohmann/json.hpp>

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace hookd::test {

inline std::string read_data(const std::string& path) {
    auto data = read_file(std::string(HOOKD_TEST_DATA) + "/" + path);
    if (!data) {
        throw std::runtime_error(data.error().message);
    }
    return *std::move(data);
}

inline nlohmann::json read_json_data(const std::string& path) {
    return nlohmann::json::parse(read_data(path));
}

/// One recorded delivery: an entry of payloads/manifest.json.
struct Recorded {
    std::string file;  ///< "github/push.json"
    std::string provider;
    std::string event_header;
    std::string event;
    std::string sha256;

    [[nodiscard]] std::string body() const { return read_data("payloads/" + file); }
};

/// Those of one provider; of all where it is empty.
inline std::vector<Recorded> recorded(std::string_view provider = {}) {
    std::vector<Recorded> all;
    for (const auto& entry : read_json_data("payloads/manifest.json")) {
        if (provider.empty() || entry.at("provider") == provider) {
            all.push_back({entry.at("file"), entry.at("provider"), entry.at("event_header"),
                           entry.at("event"), entry.at("sha256")});
        }
    }
    return all;
}

inline http::Headers headers_of(const nlohmann::json& object) {
    http::Headers headers;
    for (const auto& [name, value] : object.items()) {
        headers.add(name, value.get<std::string>());
    }
    return headers;
}

}  // namespace hookd::test
