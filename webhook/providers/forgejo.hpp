#pragma once

#include "webhook/provider.hpp"

namespace hookd::webhook {

extern const Provider k_forgejo;

}  // namespace hookd::webhook
