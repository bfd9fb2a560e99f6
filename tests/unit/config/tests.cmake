hookd_test(unit/config LABEL unit DEPENDS hookd_config hookd_json)
