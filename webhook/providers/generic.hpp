#pragma once

#include "webhook/provider.hpp"

namespace hookd::webhook {

extern const Provider k_generic;

}  // namespace hookd::webhook
