#include "reconcile/differences.hpp"

#include <map>
#include <string_view>

namespace hookd::reconcile {
namespace {

bool is_compared(std::string_view ref) {
    return ref.starts_with("refs/heads/") || ref.starts_with("refs/tags/");
}

bool is_nothing(std::string_view id) {
    return id.find_first_not_of('0') == std::string_view::npos;
}

/// "None" as long as the ids it stands among.
std::string nothing_like(std::string_view id) {
    return std::string(id.size(), '0');
}

}  // namespace

std::vector<Difference> differences(std::span<const queue::RefSeen> seen,
                                    std::span<const git::RefPosition> refs, UnknownRefs unknown) {
    std::map<std::string_view, const queue::RefSeen*> last;
    for (const queue::RefSeen& each : seen) {
        if (is_compared(each.ref)) {
            last.emplace(each.ref, &each);
        }
    }
    std::vector<Difference> found;
    for (const git::RefPosition& ref : refs) {
        if (!is_compared(ref.name)) {
            continue;
        }
        const auto at = last.find(ref.name);
        const queue::RefSeen* const known = at == last.end() ? nullptr : at->second;
        if (known != nullptr) {
            last.erase(at);
        }
        if (ref.is_symbolic || (known == nullptr && unknown == UnknownRefs::old)) {
            continue;
        }
        const std::string& now = ref.id.text();
        if (known == nullptr || is_nothing(known->object_id)) {
            found.push_back(
                {ref.name, nothing_like(now), now, known == nullptr ? "" : known->source_type});
        } else if (known->object_id != now) {
            found.push_back({ref.name, known->object_id, now, known->source_type});
        }
    }
    for (const auto& [name, gone] : last) {
        if (!is_nothing(gone->object_id)) {
            found.push_back(
                {gone->ref, gone->object_id, nothing_like(gone->object_id), gone->source_type});
        }
    }
    return found;
}

std::vector<queue::RefSeen> to_note(std::span<const git::RefPosition> refs) {
    std::vector<queue::RefSeen> noted;
    for (const git::RefPosition& ref : refs) {
        if (is_compared(ref.name) && !ref.is_symbolic) {
            noted.push_back({ref.name, ref.id.text(), {}});
        }
    }
    return noted;
}

}  // namespace hookd::reconcile
