# Clients for exact bytes, for the tests of every listener.
add_library(hookd_test_http STATIC support/raw_connection.cpp support/tls_connection.cpp)
target_link_libraries(hookd_test_http PUBLIC hookd_http PRIVATE hookd_warnings OpenSSL::SSL)

hookd_test(unit/core/http LABEL unit DEPENDS hookd_test_http hookd_http_client)
