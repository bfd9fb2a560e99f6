#pragma once

#include "core/base/clock.hpp"
#include "core/model/ids.hpp"
#include "reconcile/delivery_report.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace hookd::reconcile {

/// A ref change that nobody had told of.
struct Missed {
    std::string ref;
    std::string before;
    std::string after;
    EventId event;
};

/// What comparing one repository's refs has found.
struct RefReport {
    std::string compared_with;  ///< path or URL
    std::optional<WallTime> at;
    /// The comparison before: what was missed was missed since then. Nothing: this was the first,
    /// which notes where refs are and starts nothing.
    std::optional<WallTime> since;
    std::size_t noted = 0;  ///< refs that were noted at the first comparison
    std::vector<Missed> missed;
    std::string problem;  ///< why it could not be done; empty where it was
};

struct RepositoryReport {
    std::optional<RefReport> refs;
};

struct Report {
    std::uint64_t finished = 0;  ///< comparisons up to this number are over
    std::map<std::string, RepositoryReport> repositories;
    std::map<std::string, DeliveryReport> endpoints;  ///< by path; those whose forge can be asked
};

/// "missed 3 ref changes of acme/shop since 2026-11-23T10:00:00.000Z: refs/heads/main
/// 6113728f27..59b20b8d5c, ..."; ten of them at most by name. For a terminal or a log.
[[nodiscard]] std::string to_line(const std::string& repository, const RefReport& report);

/// As the API shows it: ReconcileReport in api/openapi.yaml.
[[nodiscard]] std::string to_json_text(const Report& report);

}  // namespace hookd::reconcile
