#pragma once

#include "core/base/result.hpp"
#include "core/model/event.hpp"
#include "webhook/provider.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>

// Parts of bodies whose form GitHub made and Gitea, Forgejo and partly Gogs took over.
namespace hookd::webhook {

/// Sets the pull request that stands under `pull_request`. A commit that is not there stays empty,
/// and then the pull request is only told of; a source of which nothing tells that it is the
/// target counts as a fork. **Errors:** invalid.
[[nodiscard]] Status set_pull_request(Event& event, const nlohmann::json& json);

/// As an event of its own: its action word as a change, where `updated` stands for new commits, and
/// changes of labels, assignees, milestone or draft are edits.
/// **Requires:** `event.change` is the action word. **Errors:** invalid.
[[nodiscard]] Status read_pull_request_event(Event& event, const nlohmann::json& json,
                                             std::string_view updated);

/// The release under `release`. **Errors:** invalid.
[[nodiscard]] Status read_release(Event& event, const nlohmann::json& json);

/// As `Provider::make_push`.
[[nodiscard]] Result<PushBody> make_github_push(const MadeUpPush& push, WallTime now);

/// The full name of the ref that `create` and `delete` tell of by `ref_type` and its short name
/// `ref`; empty where it is neither branch nor tag. **Errors:** invalid.
[[nodiscard]] Result<std::string> ref_of_notice(const nlohmann::json& json);

}  // namespace hookd::webhook
