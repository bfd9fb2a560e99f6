hookd_test(integration LABEL integration DEPENDS hookd_post_receive hookd_hooks)
add_dependencies(${HOOKD_TEST_TARGET} post-receive)
