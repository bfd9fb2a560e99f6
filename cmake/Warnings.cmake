# One target carries the warnings; they are errors in our presets and not for packagers.
add_library(hookd_warnings INTERFACE)
target_compile_options(hookd_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Wold-style-cast
  -Woverloaded-virtual -Wextra-semi -Wformat=2)
# GCC 12 reports an overlap that is not there in every `"text" + std::string` (GCC bug 105651).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(hookd_warnings INTERFACE -Wno-restrict)
endif()
if(HOOKD_WARNINGS_AS_ERRORS)
  target_compile_options(hookd_warnings INTERFACE -Werror)
endif()
