#pragma once

#include "config/configuration.hpp"
#include "core/base/clock.hpp"
#include "core/base/result.hpp"
#include "core/git/repository.hpp"
#include "reconcile/differences.hpp"

#include <memory>
#include <string>
#include <vector>

namespace hookd::reconcile {

/// Where a repository's refs are read. **Thread:** one at a time.
class RefSource {
  public:
    virtual ~RefSource() = default;
    /// For events and people: a path, or a URL.
    [[nodiscard]] virtual std::string name() const = 0;
    [[nodiscard]] virtual Result<std::vector<git::RefPosition>> refs() = 0;
    /// Whether what is read here may be older than what was told of: a copy that is fetched now
    /// and then.
    [[nodiscard]] virtual bool lags_behind(const Difference& difference) = 0;
    /// Fills in what the movement of the event's ref brought, as far as that is known here.
    virtual void describe(Event& event) = 0;
};

/// The bare repository at `path`. **Errors:** as git::Repository::open.
[[nodiscard]] Result<std::unique_ptr<RefSource>> open_local(const std::filesystem::path& path);

}  // namespace hookd::reconcile
