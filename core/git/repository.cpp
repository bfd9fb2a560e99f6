#include "core/git/repository.hpp"
