#include "tests/fuzz/target.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>

// hookd_fuzz_replay                      every target over its seeds and findings
// hookd_fuzz_replay list                 "NAME DICTIONARY" of each target, "-" for none
// hookd_fuzz_replay seeds TARGET FOLDER  writes the seeds made of recorded deliveries
// hookd_fuzz_replay run TARGET FILE...   runs these inputs
namespace {

namespace fs = std::filesystem;
using hookd::fuzz::Target;

/// A copy on the heap, exactly as long as the input: so that reading beyond it is found.
void run(const Target& target, std::string_view bytes) {
    const auto copy = std::make_unique<char[]>(bytes.size());
    std::copy(bytes.begin(), bytes.end(), copy.get());
    target.run({copy.get(), bytes.size()});
}

std::string read(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) {
        std::fprintf(stderr, "cannot read %s\n", file.c_str());
        std::exit(2);
    }
    return {std::istreambuf_iterator<char>(in), {}};
}

void run_file(const Target& target, const fs::path& file) {
    std::fprintf(stderr, "%s: %s\n", target.name.c_str(), file.c_str());
    run(target, read(file));
}

std::vector<fs::path> kept_inputs(const Target& target) {
    std::vector<fs::path> files;
    for (const char* kind : {"seeds", "findings"}) {
        const fs::path folder = fs::path(HOOKD_SOURCE_DIR) / "tests/fuzz" / kind / target.name;
        if (fs::is_directory(folder)) {
            for (const auto& entry : fs::directory_iterator(folder)) {
                files.push_back(entry.path());
            }
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

void replay(const Target& target) {
    const auto seeds = target.seeds();
    for (std::size_t i = 0; i < seeds.size(); ++i) {
        std::fprintf(stderr, "%s: recorded %zu\n", target.name.c_str(), i);
        run(target, seeds[i]);
    }
    const auto files = kept_inputs(target);
    for (const auto& file : files) {
        run_file(target, file);
    }
    if (seeds.empty() && files.empty()) {
        std::fprintf(stderr, "%s: no inputs at all\n", target.name.c_str());
        std::exit(1);
    }
    std::printf("%s: %zu recorded, %zu kept\n", target.name.c_str(), seeds.size(), files.size());
}

void write_seeds(const Target& target, const fs::path& folder) {
    fs::create_directories(folder);
    const auto seeds = target.seeds();
    for (std::size_t i = 0; i < seeds.size(); ++i) {
        std::ofstream(folder / ("recorded-" + std::to_string(i)), std::ios::binary) << seeds[i];
    }
    for (const auto& file : kept_inputs(target)) {
        fs::copy_file(file, folder / file.filename(), fs::copy_options::overwrite_existing);
    }
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    if (arguments.empty()) {
        for (const Target& target : hookd::fuzz::targets()) {
            replay(target);
        }
        return 0;
    }
    if (arguments.front() == "list") {
        for (const Target& target : hookd::fuzz::targets()) {
            std::printf("%s %s\n", target.name.c_str(),
                        target.dictionary.empty() ? "-" : target.dictionary.c_str());
        }
        return 0;
    }
    const Target* const target =
        arguments.size() > 2 ? hookd::fuzz::find_target(arguments[1]) : nullptr;
    if (target == nullptr) {
        std::fprintf(stderr,
                     "usage: hookd_fuzz_replay [list | seeds TARGET FOLDER | "
                     "run TARGET FILE...]\n");
        return 2;
    }
    if (arguments.front() == "seeds") {
        write_seeds(*target, arguments[2]);
    } else {
        for (std::size_t i = 2; i < arguments.size(); ++i) {
            run_file(*target, arguments[i]);
        }
    }
    return 0;
}
