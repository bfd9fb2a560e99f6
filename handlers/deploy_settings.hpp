#pragma once

#include "core/base/clock.hpp"
#include "core/base/result.hpp"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hookd::handlers {

/// What stands under `deploy`, with its commands made out of its scripts.
struct DeploySettings {
    struct Check {
        std::vector<std::string> arguments;
        Milliseconds within{30'000};  ///< asked again until it says yes or this is over
    };
    enum class OnCheckFailure { rollback, keep };

    std::string environment;
    std::vector<std::string> build;  ///< empty: nothing to build
    std::filesystem::path from;      ///< relative to the workspace
    std::filesystem::path target;    ///< absolute, normal, no slash at the end
    std::size_t keep = 5;
    std::optional<Check> check;
    OnCheckFailure on_check_failure = OnCheckFailure::rollback;
};

/// **Errors:** invalid, naming the key.
[[nodiscard]] hookd::Result<DeploySettings> read_deploy_settings(std::string_view spec);

}  // namespace hookd::handlers
