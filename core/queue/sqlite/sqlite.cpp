#include "core/queue/sqlite.hpp"
