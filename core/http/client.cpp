#include "core/http/client.hpp"
