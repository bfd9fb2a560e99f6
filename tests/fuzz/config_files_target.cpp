#include "config/examples.hpp"
#include "config/load.hpp"
#include "core/base/file.hpp"
#include "tests/fuzz/config_targets.hpp"
#include "tests/support/temporary_folder.hpp"

#include <fstream>

// Input: a byte that chooses the kind of file and its form, then its text.
namespace hookd::fuzz {
namespace {

using Loaded = std::variant<config::Configuration, config::Problems>;

void write(const std::filesystem::path& file, std::string_view text) {
    std::ofstream(file, std::ios::binary | std::ios::trunc) << text;
}

std::vector<std::string> problems_of(const Loaded& loaded) {
    std::vector<std::string> texts;
    if (const auto* const problems = std::get_if<config::Problems>(&loaded)) {
        for (const config::Problem& problem : *problems) {
            require(!problem.message.empty(), "a problem without words");
            texts.push_back(to_text(problem));
        }
        require(!texts.empty(), "refused without a problem");
    }
    return texts;
}

void run(std::string_view bytes) {
    static const test::TemporaryFolder k_folder;
    Input input(bytes);
    const unsigned choice = input.byte();
    const bool server = (choice & 1U) != 0;
    const std::string ending = (choice & 2U) != 0 ? ".yaml" : ".json";
    const auto file = k_folder / ((server ? "server" : "repository") + ending);
    write(file, input.rest());
    const auto server_file = server ? file : k_folder / "around.yaml";
    if (!server) {
        write(server_file, "state: state\nrepositories: repository" + ending + "\n");
    }
    const Loaded loaded = config::load(server_file);
    const auto problems = problems_of(loaded);
    require(problems == problems_of(config::load(server_file)), "two readings of one file differ");
    if (const auto* const rules = std::get_if<config::Configuration>(&loaded)) {
        for (const config::Repository& repository : rules->repositories) {
            require(RepositoryName::parse(repository.name.text()).has_value(),
                    "a repository without a name");
            for (const config::Rule& rule : repository.rules) {
                require(!rule.name.empty() && !rule.actions.empty() && rule.hash.size() == 64,
                        "a rule that is not whole");
            }
        }
    }
}

std::vector<std::string> seeds() {
    return {"\x03" + std::string(config::server_example()),
            "\x02" + std::string(config::repository_example()),
            "\x03"
            "webhooks:\n  - {path: /hooks/a, provider: github, secret: {env: A}, "
            "repositories: ['a/*']}\n",
            "\x02"
            "repository: a/b\nrules: [{name: r, on: {merge: {into: [main]}}, actions: "
            "[{name: t, tag: {scheme: semver}}]}]\n"};
}

}  // namespace

Target config_files_target() {
    return {"config_files", run, seeds, "config.dict"};
}

}  // namespace hookd::fuzz
