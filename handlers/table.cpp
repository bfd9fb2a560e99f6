#include "handlers/handler.hpp"
