#pragma once

#include "handlers/handler.hpp"
#include "tests/support/temporary_folder.hpp"

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace hookd::handlers::test {

/// Everything an attempt needs, in a folder of its own: with a real runner and a real clock.
struct AttemptBench {
    AttemptBench() {
        std::filesystem::create_directory(folder / "workspace");
        std::ofstream(folder / "output").flush();
    }

    [[nodiscard]] Attempt attempt(std::string spec) const {
        return Attempt{
            .event = event,
            .repository = "acme/shop",
            .rule = "checks",
            .action = "lint",
            .run = RunId(1),
            .fence = Fence(2),
            .number = 1,
            .commit = std::string(40, 'a'),
            .spec = std::move(spec),
            .timeout = timeout,
            .repository_path = {},
            .workspace = folder / "workspace",
            .log = folder / "log",
            .log_cap_bytes = 1 << 20,
            .output = folder / "output",
            .environment = {"PATH=/usr/bin:/bin", "HOOKD_OUTPUT=" + (folder / "output").string(),
                            "HOOKD_BRANCH=x; touch hacked; $(touch hacked)"},
            .runner = runner,
            .cancel = cancel,
            .clock = *now};
    }

    [[nodiscard]] std::string log() const {
        std::ifstream file(folder / "log", std::ios::binary);
        std::ostringstream content;
        content << file.rdbuf();
        return content.str();
    }

    hookd::test::TemporaryFolder folder;
    Event event;
    RealClock clock;
    const Clock* now = &clock;
    mutable Cancel cancel;
    Milliseconds timeout = std::chrono::seconds(60);
    process::Runner runner{std::filesystem::path(HOOKD_BIN_DIR) / "hookd-supervise",
                           folder / "presence"};
};

}  // namespace hookd::handlers::test
