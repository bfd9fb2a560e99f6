hookd_test(unit/core/process LABEL unit DEPENDS hookd_process hookd_supervisor Threads::Threads)
add_dependencies(${HOOKD_TEST_TARGET} hookd-supervise misbehave)
