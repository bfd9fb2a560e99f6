#include "apps/hookctl/commands.hpp"
#include "config/examples.hpp"
#include "config/load.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <memory>

namespace hookd::hookctl {
namespace {

Result<Exit> init(const std::filesystem::path& folder, Output output) {
    const auto written = config::write_examples(std::filesystem::absolute(folder));
    if (!written) {
        return fail(written.error());
    }
    for (const std::filesystem::path& file : *written) {
        print_line(output == Output::json ? nlohmann::ordered_json{{"file", file.string()}}.dump()
                                          : "wrote " + file.string());
    }
    if (output == Output::human) {
        print_line("\nNext: edit them, then");
        print_line("  hookctl --config " + written->front().string() + " check");
        print_line("  hookd --config " + written->front().string());
    }
    return Exit::done;
}

/// A repository may be made after its file, so this is no problem; a typing error looks the same.
void warn_of_missing_paths(const config::Configuration& configuration) {
    for (const config::Repository& repository : configuration.repositories) {
        if (!repository.path.empty() && !std::filesystem::exists(repository.path)) {
            print_line("warning: " + repository.file.string() + ": there is no \"" +
                       repository.path.string() + "\" yet");
        }
    }
}

std::string to_json_line(const config::Problem& problem, const char* severity) {
    const nlohmann::ordered_json line = {{"file", problem.file.string()},
                                         {"line", problem.line},
                                         {"column", problem.column},
                                         {"severity", severity},
                                         {"message", problem.message}};
    return line.dump();
}

Result<Exit> check(const std::filesystem::path& server_file, Output output) {
    const auto loaded = config::load(server_file);
    const auto* const problems = std::get_if<config::Problems>(&loaded);
    if (problems == nullptr) {
        const auto& configuration = std::get<config::Configuration>(loaded);
        if (output == Output::human) {
            std::size_t rules = 0;
            for (const config::Repository& repository : configuration.repositories) {
                rules += repository.rules.size();
            }
            print_line(server_file.string() + ": no problems; repositories: " +
                       std::to_string(configuration.repositories.size()) +
                       ", rules: " + std::to_string(rules) +
                       ", webhook endpoints: " + std::to_string(configuration.endpoints.size()));
            warn_of_missing_paths(configuration);
        }
        for (const config::Problem& remark : configuration.remarks) {
            print_line(output == Output::json ? to_json_line(remark, "warning")
                                              : "warning: " + to_text(remark));
        }
        return Exit::done;
    }
    for (const config::Problem& problem : *problems) {
        print_line(output == Output::json ? to_json_line(problem, "error") : to_text(problem));
    }
    return Exit::no;
}

}  // namespace

Run add_init(CLI::App& app, const Settings& settings) {
    const auto folder = std::make_shared<std::filesystem::path>("/etc/hookd");
    app.add_option("DIR", *folder, "Folder to write into; made if need be")->capture_default_str();
    return [&settings, folder] { return init(*folder, settings.output); };
}

Run add_check(CLI::App& app, const Settings& settings) {
    const auto file = std::make_shared<std::filesystem::path>();
    app.add_option("FILE", *file, "Server file; otherwise the one of --config");
    return [&settings, file] {
        return check(file->empty() ? settings.configuration_file : *file, settings.output);
    };
}

}  // namespace hookd::hookctl
