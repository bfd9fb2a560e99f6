#include "core/http/server.hpp"
