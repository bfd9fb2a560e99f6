#include "config/state_folder.hpp"

#include "config/configuration.hpp"
#include "config/document.hpp"

namespace hookd::config {

Result<std::filesystem::path> state_folder(const std::filesystem::path& server_file) {
    Findings findings(server_file);
    const auto document = read_document(server_file, findings);
    if (!document) {
        const auto problems = findings.take();
        return fail(ErrorCode::invalid, problems.empty()
                                            ? "\"" + server_file.string() + "\" is empty"
                                            : to_text(problems.front()));
    }
    const Node* const state = document->find("state");
    if (state == nullptr) {
        return Server{}.state;
    }
    if (state->text() == nullptr || state->text()->empty()) {
        return fail(ErrorCode::invalid,
                    "\"state\" in \"" + server_file.string() + "\" names no folder");
    }
    return (std::filesystem::absolute(server_file).parent_path() / *state->text())
        .lexically_normal();
}

}  // namespace hookd::config
