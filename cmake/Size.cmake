# Keeps the programs small in memory. Every shared library costs an idle daemon pages for its
# tables and for what surrounds the few functions that are used; the C++ ones, which few other
# programs have loaded, cost most: 2 MiB of 14. All of them or none: two C++ runtimes in one
# process would not catch each other's exceptions. Sanitizers need the shared runtime.
option(HOOKD_STATIC_CXX "Put libstdc++, yaml-cpp, spdlog and fmt into the programs" ON)
find_library(YAML_CPP_ARCHIVE libyaml-cpp.a)
find_library(LUA_ARCHIVE liblua5.4.a)
if(HOOKD_SANITIZE OR NOT YAML_CPP_ARCHIVE)
  set(HOOKD_STATIC_CXX OFF)
endif()
if(HOOKD_STATIC_CXX)
  add_link_options(-static-libstdc++ -static-libgcc)
endif()
if(NOT HOOKD_SANITIZE)
  add_compile_options(-ffunction-sections -fdata-sections)
  add_link_options(-Wl,--gc-sections)
endif()
