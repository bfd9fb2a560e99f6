# Sanitizers must cover every object of a program, so they are set for the whole tree.
if(HOOKD_SANITIZE)
  add_compile_options(-fsanitize=${HOOKD_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${HOOKD_SANITIZE})
endif()
