#include "core/process/runner.hpp"
