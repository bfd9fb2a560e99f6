hookd_test(unit/reconcile LABEL unit DEPENDS hookd_reconcile hookd_http hookd_json)
