#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

// What is fuzzed: functions that take any bytes and end the process where an answer is wrong.
// libFuzzer makes up the bytes (libfuzzer.cpp), the tests replay known ones (replay.cpp).
namespace hookd::fuzz {

struct Target {
    std::string name;  ///< also of its folders in seeds/ and findings/
    std::function<void(std::string_view input)> run;
    /// Inputs to start from, made of the recorded deliveries; more are in seeds/.
    std::function<std::vector<std::string>()> seeds;
    std::string dictionary;  ///< a file in dictionaries/, or empty
};

/// All of them; one for each provider of webhook's table.
[[nodiscard]] const std::vector<Target>& targets();
[[nodiscard]] const Target* find_target(std::string_view name);

/// Ends the process and says what was wrong: a finding.
[[noreturn]] void found(std::string_view what);

inline void require(bool holds, std::string_view what) {
    if (!holds) {
        found(what);
    }
}

/// Takes the bytes of an input apart from its front.
class Input {
  public:
    explicit Input(std::string_view bytes) : bytes_(bytes) {}

    /// 0 where nothing is left.
    unsigned byte() {
        if (bytes_.empty()) {
            return 0;
        }
        const auto first = static_cast<unsigned char>(bytes_.front());
        bytes_.remove_prefix(1);
        return first;
    }
    /// Up to the next line feed, which is taken too.
    std::string_view line() {
        const std::size_t end = bytes_.find('\n');
        const std::string_view text = bytes_.substr(0, end);
        bytes_.remove_prefix(end == std::string_view::npos ? bytes_.size() : end + 1);
        return text;
    }
    [[nodiscard]] std::string_view rest() const { return bytes_; }

  private:
    std::string_view bytes_;
};

}  // namespace hookd::fuzz
