hookd_test(unit/webhook LABEL unit DEPENDS hookd_webhook hookd_http_client hookd_json
  hookd_queue)
