#pragma once

#include "webhook/provider.hpp"

namespace hookd::webhook {

extern const Provider k_gitea;

}  // namespace hookd::webhook
