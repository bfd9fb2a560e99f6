#pragma once

#include "config/findings.hpp"
#include "config/node.hpp"

#include <memory>
#include <string_view>

namespace hookd::config {

/// A JSON Schema, ready for use. Making it costs more than checking a file by it.
/// **Thread:** any, one at a time.
class SchemaCheck {
  public:
    /// **Requires:** `schema` is one.
    explicit SchemaCheck(std::string_view schema);
    SchemaCheck(const SchemaCheck&) = delete;
    SchemaCheck& operator=(const SchemaCheck&) = delete;
    ~SchemaCheck();

    /// Whether `root` fits; where not, `findings` says at which places and why.
    [[nodiscard]] bool check(const Node& root, Findings& findings) const;

  private:
    struct Compiled;
    std::unique_ptr<const Compiled> compiled_;
};

}  // namespace hookd::config
