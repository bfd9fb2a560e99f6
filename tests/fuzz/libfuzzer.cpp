#include "tests/fuzz/target.hpp"

#include <cstdint>
#include <cstdio>
#include <cstdlib>

// One program for all targets; HOOKD_FUZZ_TARGET names the one to run.
namespace {

const hookd::fuzz::Target* chosen = nullptr;

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
    const char* const name = std::getenv("HOOKD_FUZZ_TARGET");
    chosen = hookd::fuzz::find_target(name != nullptr ? name : "");
    if (chosen == nullptr) {
        std::fprintf(stderr, "HOOKD_FUZZ_TARGET names no target\n");
        std::exit(2);
    }
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    chosen->run({reinterpret_cast<const char*>(data), size});
    return 0;
}
