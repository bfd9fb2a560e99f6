#pragma once

#include "config/configuration.hpp"

#include <memory>
#include <mutex>

namespace hookd::config {

/// The configuration in force. Who works with one keeps what `get` returned until done, so that
/// a reload never changes rules under way. **Thread:** any.
class Current {
  public:
    explicit Current(Configuration configuration);
    /// Never null.
    [[nodiscard]] std::shared_ptr<const Configuration> get() const;
    /// Whole at once: a reader sees the old one or the new one.
    void replace(Configuration configuration);

  private:
    mutable std::mutex mutex_;
    std::shared_ptr<const Configuration> configuration_;
};

}  // namespace hookd::config
