#pragma once

#include "core/queue/arrival.hpp"
#include "core/queue/records.hpp"

#include <nlohmann/json_fwd.hpp>

namespace hookd::api {

// The JSON forms of the queue's records, as in api/openapi.yaml. Times are RFC 3339, durations
// milliseconds, sizes bytes; what is not known or does not apply is null.
[[nodiscard]] nlohmann::ordered_json to_json(const queue::EventRecord& record);
[[nodiscard]] nlohmann::ordered_json to_json(const Decision& decision);
[[nodiscard]] nlohmann::ordered_json to_json(const queue::Delivery& delivery);
[[nodiscard]] nlohmann::ordered_json to_json(const queue::Rerun& rerun);
[[nodiscard]] nlohmann::ordered_json to_json(const queue::DeliveryRecord& record);
/// With its headers, without its body.
[[nodiscard]] nlohmann::ordered_json to_json(const queue::DeliveryDetail& detail);
[[nodiscard]] nlohmann::ordered_json to_json(const queue::RunRecord& record);
[[nodiscard]] nlohmann::ordered_json to_json(const queue::RunDetail& detail);
[[nodiscard]] nlohmann::ordered_json to_json(const queue::Deployment& deployment);
[[nodiscard]] nlohmann::ordered_json to_json(const queue::QueueStatus& status);

}  // namespace hookd::api
