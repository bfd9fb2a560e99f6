#include "apps/hookd/daemon.hpp"
#include "config/load.hpp"
#include "core/queue/sqlite.hpp"

#include <CLI/CLI.hpp>
#include <malloc.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <optional>
#include <utility>

namespace {

constexpr int k_ok = 0;
constexpr int k_problems = 1;
constexpr int k_usage = 2;

/// Whatever is as large as a large body lies in a mapping of its own, and is given back to the
/// system when it is freed. glibc would learn from the first one to keep the next ones.
void give_back_large_blocks() {
#ifdef __GLIBC__
    constexpr int k_large_block = 128 << 10;  // where glibc begins
    ::mallopt(M_MMAP_THRESHOLD, k_large_block);
#endif
}

/// Service managers start programs with room for 1024 descriptors, for the sake of those that
/// cannot use more; one connection takes one. Where no more is allowed, newcomers wait. Returns
/// what we were given: actions may be such programs.
std::optional<std::uint64_t> allow_many_connections() {
    constexpr ::rlim_t k_descriptors = 8192;
    ::rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return std::nullopt;
    }
    const ::rlim_t given = limit.rlim_cur;
    if (given < k_descriptors) {
        limit.rlim_cur = std::min(k_descriptors, limit.rlim_max);
        ::setrlimit(RLIMIT_NOFILE, &limit);
    }
    return given;
}

int run(int argc, char** argv) {
    CLI::App app{
        "hookd turns what happens in Git repositories into work that gets done.\n"
        "It takes pushes from its hooks and webhooks from forges, and runs each repository's "
        "rules.",
        "hookd"};
    hookd::app::DaemonOptions options{.configuration_file = "/etc/hookd/hookd.yaml",
                                      .supervisor = {},
                                      .sockets = {},
                                      .open_files = {}};
    bool only_check = false;
    std::string log_format = "text";
    std::string log_level = "info";
    app.set_version_flag("--version", "hookd " HOOKD_VERSION);
    app.add_option("--config", options.configuration_file, "Server file")->capture_default_str();
    app.add_flag("--check", only_check, "Read the configuration, print every problem, and end");
    app.add_option("--log", log_format, "Form of the log on standard error: text or json")
        ->check(CLI::IsMember({"text", "json"}))
        ->capture_default_str();
    app.add_option("--log-level", log_level, "Least severe entries that are written")
        ->check(CLI::IsMember({"debug", "info", "warning", "error"}))
        ->capture_default_str();
    app.add_option("--supervisor", options.supervisor,
                   "Path of hookd-supervise (otherwise beside hookd)");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& stop) {
        return app.exit(stop) == 0 ? k_ok : k_usage;
    }
    auto sockets = hookd::http::InheritedSockets::take();
    if (!sockets) {
        std::fprintf(stderr, "hookd: %s\n", sockets.error().message.c_str());
        return k_problems;
    }
    options.sockets = std::move(*sockets);
    auto loaded = hookd::config::load(options.configuration_file);
    if (const auto* const problems = std::get_if<hookd::config::Problems>(&loaded)) {
        for (const auto& problem : *problems) {
            std::fprintf(stderr, "%s\n", to_text(problem).c_str());
        }
        return k_problems;
    }
    auto& configuration = std::get<hookd::config::Configuration>(loaded);
    if (only_check) {
        for (const auto& remark : configuration.remarks) {
            std::printf("warning: %s\n", to_text(remark).c_str());
        }
        std::printf("%s: no problems, %zu repositories\n", options.configuration_file.c_str(),
                    configuration.repositories.size());
        return k_ok;
    }
    using hookd::Log;
    const Log::Level level = log_level == "debug"     ? Log::Level::debug
                             : log_level == "warning" ? Log::Level::warning
                             : log_level == "error"   ? Log::Level::error
                                                      : Log::Level::info;
    Log log(log_format == "json" ? Log::Format::json : Log::Format::text, level);
    give_back_large_blocks();
    options.open_files = allow_many_connections();
    hookd::queue::go_without_memory_counts();
    hookd::app::block_signals();
    if (const auto ran = hookd::app::run_daemon(std::move(options), std::move(configuration), log);
        !ran) {
        log.error("cannot start", {{"reason", ran.error().message}});
        return k_problems;
    }
    return k_ok;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const std::exception& bug) {
        std::fprintf(stderr, "hookd: %s\n", bug.what());
        return k_problems;
    }
}
