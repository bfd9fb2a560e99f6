#include "core/process/supervisor.hpp"

int main() {
    return hookd::process::supervise();
}
