#include "config/examples.hpp"

#include "core/base/file.hpp"
#include "core/base/text.hpp"

#include <sys/random.h>
#include <sys/stat.h>

#include <array>
#include <cstdint>
#include <string>

namespace hookd::config {
namespace {

struct Example {
    std::filesystem::path file;
    std::string text;
    ::mode_t mode;
};

Result<std::string> make_secret() {
    std::array<std::uint8_t, 32> bytes{};
    if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<::ssize_t>(bytes.size())) {
        return fail_errno("cannot get random bytes");
    }
    return to_hex(bytes) + "\n";
}

bool is_there(const std::filesystem::path& path) {
    struct ::stat status {};
    return ::lstat(path.c_str(), &status) == 0;
}

}  // namespace

Result<std::vector<std::filesystem::path>> write_examples(const std::filesystem::path& folder) {
    const auto secret = make_secret();
    if (!secret) {
        return fail(secret.error());
    }
    // Not writable by a group even where the umask would allow it: `load` refuses that.
    const std::array examples = {
        Example{folder / "hookd.yaml", std::string(server_example()), 0644},
        Example{folder / "repos.d" / "example.yaml", std::string(repository_example()), 0644},
        Example{folder / "secrets" / "example", *secret, 0600},
    };
    for (const Example& example : examples) {
        if (is_there(example.file)) {
            return fail(ErrorCode::exists,
                        "\"" + example.file.string() + "\" is there already: nothing was written");
        }
    }
    std::vector<std::filesystem::path> written;
    for (const Example& example : examples) {
        const bool secret_folder = example.mode == 0600;
        if (auto made = make_folders(example.file.parent_path(), secret_folder ? 0700 : 0755);
            !made) {
            return fail(made.error());
        }
        if (auto status = write_file_durably(example.file, example.text, example.mode); !status) {
            return fail(status.error());
        }
        written.push_back(example.file);
    }
    return written;
}

}  // namespace hookd::config
