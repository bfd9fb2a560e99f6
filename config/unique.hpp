#pragma once

#include "config/findings.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace hookd::config {

/// Names that may be given once, in one file or over all.
class Unique {
  public:
    /// `what` they name: "rule", "path".
    explicit Unique(std::string what) : what_(std::move(what)) {}

    /// Takes `name`; where it was taken already that is a finding, and the answer is false.
    bool claim(const std::string& name, Position at, Findings& findings);

  private:
    struct Place {
        std::filesystem::path file;
        Position at;
    };
    std::string what_;
    std::map<std::string, Place> taken_;
};

}  // namespace hookd::config
