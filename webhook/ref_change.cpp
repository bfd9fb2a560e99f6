#include "webhook/ref_change.hpp"

#include "webhook/fields.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace hookd::webhook {

Status set_ref_change(Event& event, const nlohmann::json& change, const RefChangeNames& names) {
    auto ref = require_ref(change, names.ref);
    auto before = require_object_id(change, names.before);
    auto after = require_object_id(change, names.after);
    if (Status read = all_ok(ref, before, after); !read) {
        return read;
    }
    if (before->find_first_not_of('0') == std::string::npos && *before == *after) {
        return fail(ErrorCode::invalid, "the ref was not there and is not there");
    }
    describe_ref_change(event, *std::move(ref), *std::move(before), *std::move(after));
    return {};
}

}  // namespace hookd::webhook
