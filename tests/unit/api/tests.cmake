hookd_test(unit/api LABEL unit DEPENDS hookd_api hookd_http_client hookd_json)
