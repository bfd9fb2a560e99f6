hookd_test(unit/dispatch LABEL unit DEPENDS hookd_match)
