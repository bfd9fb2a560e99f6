hookd_test(unit/core/git LABEL unit DEPENDS hookd_git)
