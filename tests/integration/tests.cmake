hookd_test(integration LABEL integration TIMEOUT 900
  DEPENDS hookd_post_receive hookd_hooks hookd_providers hookd_http hookd_http_client hookd_json
    hookd_test_http)
add_dependencies(${HOOKD_TEST_TARGET} post-receive hookd hookctl hookd-supervise)
