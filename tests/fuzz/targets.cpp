#include "tests/fuzz/config_targets.hpp"
#include "tests/fuzz/framing_target.hpp"
#include "tests/fuzz/json_pick_target.hpp"
#include "tests/fuzz/target.hpp"
#include "tests/fuzz/webhook_targets.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace hookd::fuzz {
namespace {

std::vector<Target> make_targets() {
    std::vector<Target> all = provider_targets();
    for (const Target& target :
         {json_pick_target(), form_target(), proof_target(), standard_webhooks_target(),
          framing_target(), config_document_target(), config_files_target()}) {
        all.push_back(target);
    }
    return all;
}

}  // namespace

const std::vector<Target>& targets() {
    static const std::vector<Target> k_targets = make_targets();
    return k_targets;
}

const Target* find_target(std::string_view name) {
    const auto found = std::find_if(targets().begin(), targets().end(),
                                    [name](const Target& target) { return target.name == name; });
    return found != targets().end() ? &*found : nullptr;
}

void found(std::string_view what) {
    std::fprintf(stderr, "finding: %.*s\n", static_cast<int>(what.size()), what.data());
    std::abort();
}

}  // namespace hookd::fuzz
