#include "config/findings.hpp"

#include "core/base/text.hpp"

namespace hookd::config {

void Findings::add(Position at, const std::string& message) {
    // A message quotes the file, and is read on a terminal.
    problems_.push_back(Problem{file_, at.line, at.column, printable_line(message)});
}

void Findings::remark(Position at, const std::string& message) {
    remarks_.push_back(Problem{file_, at.line, at.column, printable_line(message)});
}

}  // namespace hookd::config
