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

/// Our name of a provider that the recorded deliveries call otherwise.
inline std::string our_name(std::string provider) {
    return provider == "bitbucket-cloud"     ? "bitbucket"
           : provider == "standard-webhooks" ? "standard"
                                             : provider;
}

/// Those of one provider; of all where it is empty.
inline std::vector<Recorded> recorded(std::string_view provider = {}) {
    std::vector<Recorded> all;
    for (const auto& entry : read_json_data("payloads/manifest.json")) {
        const std::string name = our_name(entry.at("provider"));
        if (provider.empty() || name == provider) {
            all.push_back({entry.at("file"), name, entry.at("event_header"), entry.at("event"),
                           entry.at("sha256")});
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
