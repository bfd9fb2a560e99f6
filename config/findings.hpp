#pragma once

#include "config/configuration.hpp"
#include "config/node.hpp"

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace hookd::config {

/// What is wrong in one file, gathered while it is read.
class Findings {
  public:
    explicit Findings(std::filesystem::path file) : file_(std::move(file)) {}

    [[nodiscard]] const std::filesystem::path& file() const { return file_; }
    void add(Position at, const std::string& message);
    /// About the file as a whole.
    void add(const std::string& message) { add(Position{}, message); }
    /// About what is right, but should be looked at.
    void remark(Position at, const std::string& message);
    [[nodiscard]] bool empty() const { return problems_.empty(); }
    [[nodiscard]] std::size_t size() const { return problems_.size(); }
    [[nodiscard]] std::vector<Problem> take() { return std::move(problems_); }
    [[nodiscard]] std::vector<Problem> take_remarks() { return std::move(remarks_); }

  private:
    std::filesystem::path file_;
    std::vector<Problem> problems_;
    std::vector<Problem> remarks_;
};

}  // namespace hookd::config
