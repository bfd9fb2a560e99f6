hookd_test(unit/apps LABEL unit DEPENDS hookd_hookctl hookd_webhook)
