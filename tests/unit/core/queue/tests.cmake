hookd_test(unit/core/queue LABEL unit DEPENDS hookd_queue PkgConfig::sqlite3)
target_sources(${HOOKD_TEST_TARGET} PRIVATE
  contract/queue/samples.cpp
  unit/core/queue/faulty_disk.cpp
  unit/core/queue/raw_database.cpp)

# Killed at any moment by kill_test.cpp.
hookd_program(accept_until_killed
  SOURCES unit/core/queue/accept_until_killed.cpp contract/queue/samples.cpp
  DEPENDS hookd_queue)
add_dependencies(${HOOKD_TEST_TARGET} accept_until_killed)
