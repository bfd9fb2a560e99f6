#pragma once

#include "core/base/clock.hpp"
#include "core/http/message.hpp"
#include "webhook/body_signing.hpp"
#include "webhook/endpoint_table.hpp"

#include <cstddef>
#include <string>

namespace hookd::webhook {

/// The one field of a form that holds a delivery's JSON.
inline constexpr std::string_view k_form_field = "payload";

/// What a request's signature or token says of who sent it. All but `right` get the same answer.
struct Proof {
    enum class Kind {
        right,
        unknown_endpoint,
        wrong,
        out_of_time,   ///< rightly signed, but its signed time is too far from ours
        secret_ended,  ///< rightly signed with a secret that no longer counts
    };
    Kind kind = Kind::wrong;
    WallTime ended_at{};  ///< of `secret_ended`
    std::size_t key = 0;  ///< of `right` and `secret_ended`: which of the endpoint's
};

/// Checks the proof; `endpoint` is null where the target is none. Whatever is not right costs as
/// much as at any endpoint of the table: the missing signatures are computed with keys that count
/// for nothing. What is in `made` is not computed again.
[[nodiscard]] Proof check_proof(const EndpointTable& table, const Endpoint* endpoint,
                                const http::Request& request, WallTime now,
                                const BodySignatures& made);

}  // namespace hookd::webhook
