#include "config/size.hpp"

#include "tests/support/catch.hpp"

using hookd::config::parse_size;

TEST_CASE("a size is a number with a unit") {
    CHECK(parse_size("0B") == 0);
    CHECK(parse_size("512B") == 512);
    CHECK(parse_size("10KB") == 10'000);
    CHECK(parse_size("10KiB") == 10'240);
    CHECK(parse_size("25MiB") == 26'214'400);
    CHECK(parse_size("3GB") == 3'000'000'000);
    CHECK(parse_size("1024TiB") == std::uint64_t{1} << 50);
}

TEST_CASE("what is no size is refused") {
    for (const char* text : {"", "25", "MiB", "25 MiB", "25mib", "-1B", "1.5GiB", "25MiB ", "1PB",
                             "18446744073709551616B", "1025TiB", "99999999999TiB"}) {
        INFO(text);
        CHECK_FALSE(parse_size(text));
    }
}
