#include "dispatch/environment.hpp"

#include <tuple>

namespace hookd::dispatch {
namespace {

std::string upper(const std::string& text) {
    std::string name;
    for (const char c : text) {
        const bool lower = c >= 'a' && c <= 'z';
        const bool kept = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        name += lower ? static_cast<char>(c - 'a' + 'A') : kept ? c : '_';
    }
    return name;
}

}  // namespace

std::string output_variable(const std::string& action, const std::string& key) {
    return "HOOKD_OUTPUT_" + upper(action) + "_" + upper(key);
}

std::vector<std::string> make_environment(const Event& event, const queue::Claim& claim,
                                          const AttemptFiles& files,
                                          const std::map<std::string, std::string>& own) {
    std::map<std::string, std::string> variables = {
        {"PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"},
        {"LANG", "C.UTF-8"},
        {"TZ", "UTC"},
    };
    for (const auto& [name, value] : own) {
        variables[name] = value;
    }
    const auto set = [&variables](const char* name, const std::string& value) {
        if (!value.empty()) {
            variables[name] = value;
        }
    };
    set("CI", "true");
    set("HOOKD", "true");
    set("HOME", files.home.string());
    set("HOOKD_EVENT", files.event.string());
    set("HOOKD_PAYLOAD", files.payload.string());
    set("HOOKD_OUTPUT", files.output.string());
    set("HOOKD_EVENT_ID", event.id.text());
    set("HOOKD_RUN", claim.run.text());
    set("HOOKD_RULE", claim.rule);
    set("HOOKD_ACTION", claim.name);
    set("HOOKD_ATTEMPT", std::to_string(claim.attempt));
    set("HOOKD_FENCE", claim.fence.text());
    set("HOOKD_REPOSITORY", event.repository.text());
    set("HOOKD_KIND", std::string(to_text(event.kind)));
    set("HOOKD_REF", event.ref);
    set("HOOKD_BRANCH", event.branch);
    set("HOOKD_TAG", event.tag);
    set("HOOKD_BEFORE", event.before);
    set("HOOKD_COMMIT", claim.commit);
    if (event.actor) {
        set("HOOKD_ACTOR", event.actor->login.empty() ? event.actor->name : event.actor->login);
    }
    if (event.merge_request) {
        set("HOOKD_MERGE_REQUEST", std::to_string(event.merge_request->number));
        set("HOOKD_TARGET_BRANCH", event.merge_request->target_branch);
    }
    for (const auto& [action, key, value] : claim.inputs) {
        variables[output_variable(action, key)] = value;
    }
    std::vector<std::string> environment;
    environment.reserve(variables.size());
    for (const auto& [name, value] : variables) {
        environment.push_back(name + "=" + value);
    }
    return environment;
}

}  // namespace hookd::dispatch
