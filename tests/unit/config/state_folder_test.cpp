#include "config/state_folder.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/temporary_folder.hpp"

#include <fstream>

namespace hookd::config {
namespace {

std::filesystem::path write(const test::TemporaryFolder& folder, const std::string& text) {
    const auto file = folder / "hookd.yaml";
    std::ofstream(file) << text;
    std::filesystem::permissions(file, std::filesystem::perms::owner_read);
    return file;
}

TEST_CASE("the state folder is found also where the rest of the file has problems") {
    const test::TemporaryFolder folder;
    CHECK(state_folder(write(folder, "state: data\nno-such-key: 1\n")) == folder / "data");
}

TEST_CASE("an absolute state folder is taken as it is, and there is a default") {
    const test::TemporaryFolder folder;
    CHECK(state_folder(write(folder, "state: /srv/hookd\n")) == "/srv/hookd");
    const test::TemporaryFolder other;
    CHECK(state_folder(write(other, "worker: {slots: 1}\n")) == "/var/lib/hookd");
}

TEST_CASE("a server file that is not there, or names no folder, is an error that says so") {
    const test::TemporaryFolder folder;
    CHECK_FALSE(state_folder(folder / "missing.yaml"));
    const auto unnamed = state_folder(write(folder, "state: [1]\n"));
    REQUIRE_FALSE(unnamed);
    CHECK(unnamed.error().message.find("names no folder") != std::string::npos);
}

}  // namespace
}  // namespace hookd::config
