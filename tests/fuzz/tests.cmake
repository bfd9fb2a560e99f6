# The fuzz targets: always as a test that replays what is known, and with HOOKD_FUZZ (clang) as a
# program for libFuzzer. scripts/fuzz runs that.
set(fuzz_folder ${CMAKE_CURRENT_LIST_DIR})
add_library(hookd_fuzz_targets STATIC
  ${fuzz_folder}/config_document_target.cpp
  ${fuzz_folder}/config_files_target.cpp
  ${fuzz_folder}/form_target.cpp
  ${fuzz_folder}/framing_target.cpp
  ${fuzz_folder}/json_pick_target.cpp
  ${fuzz_folder}/proof_target.cpp
  ${fuzz_folder}/provider_target.cpp
  ${fuzz_folder}/standard_webhooks_target.cpp
  ${fuzz_folder}/targets.cpp)
target_include_directories(hookd_fuzz_targets PUBLIC ${PROJECT_SOURCE_DIR})
target_compile_definitions(hookd_fuzz_targets PUBLIC
  HOOKD_TEST_DATA="${PROJECT_SOURCE_DIR}/tests/data"
  HOOKD_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
target_link_libraries(hookd_fuzz_targets
  PUBLIC hookd_webhook hookd_config hookd_json
  PRIVATE hookd_warnings)

add_executable(hookd_fuzz_replay ${fuzz_folder}/replay.cpp)
target_link_libraries(hookd_fuzz_replay PRIVATE hookd_fuzz_targets hookd_warnings)
add_test(NAME "fuzz: seeds and findings are replayed" COMMAND hookd_fuzz_replay)
set_tests_properties("fuzz: seeds and findings are replayed" PROPERTIES LABELS fuzz TIMEOUT 300)

if(HOOKD_FUZZ)
  add_executable(hookd_fuzz ${fuzz_folder}/libfuzzer.cpp)
  target_link_libraries(hookd_fuzz PRIVATE hookd_fuzz_targets hookd_warnings)
  target_link_options(hookd_fuzz PRIVATE -fsanitize=fuzzer)
endif()
