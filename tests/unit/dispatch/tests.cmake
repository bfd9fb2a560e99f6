hookd_test(unit/dispatch LABEL unit DEPENDS hookd_match hookd_dispatch hookd_json)
add_dependencies(${HOOKD_TEST_TARGET} hookd-supervise)
