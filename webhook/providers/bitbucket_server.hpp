#pragma once

#include "webhook/provider.hpp"

namespace hookd::webhook {

extern const Provider k_bitbucket_server;

}  // namespace hookd::webhook
