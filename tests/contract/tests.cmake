hookd_test(contract/queue LABEL contract DEPENDS hookd_queue)
target_sources(${HOOKD_TEST_TARGET} PRIVATE
  contract/queue/fixture.cpp
  contract/queue/samples.cpp
  contract/queue/sqlite_engine.cpp)
