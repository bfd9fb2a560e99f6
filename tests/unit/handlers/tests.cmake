hookd_test(unit/handlers LABEL unit DEPENDS hookd_handlers hookd_json)
add_dependencies(${HOOKD_TEST_TARGET} hookd-supervise misbehave)
