# Every library we use, found once; the targets below are what the modules name.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(CLI11 REQUIRED)
find_package(spdlog REQUIRED)
find_package(fmt REQUIRED)
pkg_check_modules(sqlite3 REQUIRED IMPORTED_TARGET sqlite3>=3.40)
pkg_check_modules(liblz4 REQUIRED IMPORTED_TARGET liblz4>=1.9)
pkg_check_modules(libgit2 REQUIRED IMPORTED_TARGET libgit2>=1.5)
pkg_check_modules(yaml_cpp REQUIRED IMPORTED_TARGET yaml-cpp)
pkg_search_module(lua REQUIRED IMPORTED_TARGET lua5.4 lua-5.4 lua54 lua>=5.4)
pkg_check_modules(libcurl REQUIRED IMPORTED_TARGET libcurl)
find_path(VALIJSON_INCLUDE_DIR valijson/validator.hpp REQUIRED)
find_path(EXPECTED_INCLUDE_DIR tl/expected.hpp REQUIRED)

# Third-party headers are not ours to warn about.
add_library(hookd_json INTERFACE)
target_link_libraries(hookd_json INTERFACE nlohmann_json::nlohmann_json)

add_library(hookd_spdlog INTERFACE)
if(HOOKD_STATIC_CXX)
  # Debian has no static spdlog; one file of ours compiles it in.
  target_compile_definitions(hookd_spdlog INTERFACE SPDLOG_FMT_EXTERNAL)
  target_link_libraries(hookd_spdlog INTERFACE fmt::fmt-header-only Threads::Threads)
  set_target_properties(PkgConfig::yaml_cpp PROPERTIES
    INTERFACE_LINK_LIBRARIES "${YAML_CPP_ARCHIVE}")
else()
  target_link_libraries(hookd_spdlog INTERFACE spdlog::spdlog)
endif()

add_library(hookd_lua INTERFACE)
if(HOOKD_STATIC_CXX AND LUA_ARCHIVE)
  target_include_directories(hookd_lua SYSTEM INTERFACE ${lua_INCLUDE_DIRS})
  target_link_libraries(hookd_lua INTERFACE ${LUA_ARCHIVE} m ${CMAKE_DL_LIBS})
else()
  target_link_libraries(hookd_lua INTERFACE PkgConfig::lua)
endif()

add_library(hookd_valijson INTERFACE)
target_include_directories(hookd_valijson SYSTEM INTERFACE ${VALIJSON_INCLUDE_DIR})

add_library(hookd_boost INTERFACE)
target_include_directories(hookd_boost SYSTEM INTERFACE ${Boost_INCLUDE_DIRS})
target_link_libraries(hookd_boost INTERFACE Threads::Threads)
# ThreadSanitizer does not know fences; Asio's come on top of the mutexes that it does know.
if(HOOKD_SANITIZE MATCHES thread)
  target_compile_definitions(hookd_boost INTERFACE BOOST_ASIO_DISABLE_FENCED_BLOCK)
endif()
