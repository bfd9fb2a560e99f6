# hookd_module(NAME SOURCES file... [DEPENDS target...] [PRIVATE target...])
#
# A static library of one folder: includes are written from the root of the tree. DEPENDS are
# what its headers need, PRIVATE what only its sources need (third-party libraries).
function(hookd_module name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPENDS;PRIVATE" ${ARGN})
  add_library(${name} STATIC ${arg_SOURCES})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC ${arg_DEPENDS} PRIVATE hookd_warnings ${arg_PRIVATE})
endfunction()

# hookd_program(NAME SOURCES file... [DEPENDS target...])
function(hookd_program name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPENDS" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE ${arg_DEPENDS} hookd_warnings)
endfunction()

# hookd_small_program(NAME SOURCES file... [DEPENDS target...])
#
# A program that git or the daemon starts often: static, so that it starts in about a millisecond.
# Sanitizers cannot be linked statically; with them it is an ordinary program.
function(hookd_small_program name)
  hookd_program(${name} ${ARGN})
  if(HOOKD_STATIC_HOOKS AND NOT HOOKD_SANITIZE)
    target_link_options(${name} PRIVATE -static -Wl,--gc-sections)
  endif()
endfunction()
