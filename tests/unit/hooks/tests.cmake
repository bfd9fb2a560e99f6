hookd_test(unit/hooks LABEL unit DEPENDS hookd_post_receive hookd_hooks)
add_dependencies(${HOOKD_TEST_TARGET} post-receive)
