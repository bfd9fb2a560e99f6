#pragma once

#include "webhook/provider.hpp"

namespace hookd::webhook {

extern const Provider k_standard;

}  // namespace hookd::webhook
