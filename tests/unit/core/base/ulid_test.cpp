#include "core/base/ulid.hpp"

#include "tests/support/catch.hpp"

#include <set>
#include <string>

using namespace hookd;

namespace {

WallTime at(std::int64_t milliseconds) {
    return WallTime(Milliseconds(milliseconds));
}

}  // namespace

TEST_CASE("a ULID begins with its time as the specification writes it") {
    // The example of the specification, 2016-07-30T23:54:10.259Z.
    CHECK(make_ulid(at(1469922850259)).substr(0, 10) == "01ARZ3NDEK");
    CHECK(make_ulid(at(0)).substr(0, 10) == "0000000000");
    CHECK(make_ulid(at((std::int64_t{1} << 48) - 1)).substr(0, 10) == "7ZZZZZZZZZ");
}

TEST_CASE("every ULID made is canonical, also of times that a ULID cannot hold") {
    for (const std::int64_t time : {std::int64_t{0}, std::int64_t{1}, std::int64_t{1767225600000},
                                    std::int64_t{1} << 48, std::int64_t{-1}, std::int64_t{-5000}}) {
        for (int i = 0; i < 50; ++i) {
            const std::string id = make_ulid(at(time));
            CAPTURE(time, id);
            CHECK(is_ulid(id));
        }
    }
}

TEST_CASE("ULIDs sort by time") {
    std::string previous = make_ulid(at(1));
    for (const std::int64_t time : {2, 31, 32, 33, 1023, 1024, 1767225600}) {
        const std::string next = make_ulid(at(time));
        CHECK(previous < next);
        previous = next;
    }
    CHECK(make_ulid(at(1767225600000)) < make_ulid(at(1767225600001)));
}

TEST_CASE("ULIDs of one moment differ, in every random character") {
    std::set<std::string> ids;
    std::set<char> seen[26];
    for (int i = 0; i < 2000; ++i) {
        const std::string id = make_ulid(at(1767225600000));
        ids.insert(id);
        for (std::size_t k = 10; k < 26; ++k) {
            seen[k].insert(id[k]);
        }
    }
    CHECK(ids.size() == 2000);
    for (std::size_t k = 10; k < 26; ++k) {
        CHECK(seen[k].size() == 32);
    }
}

TEST_CASE("a ULID has one canonical form") {
    CHECK(is_ulid("01ARZ3NDEKTSV4RRFFQ69G5FAV"));
    CHECK(is_ulid("00000000000000000000000000"));
    CHECK(is_ulid("7ZZZZZZZZZZZZZZZZZZZZZZZZZ"));
    for (const auto* bad : {
             "",
             "8ZZZZZZZZZZZZZZZZZZZZZZZZZ",   // more than 128 bits
             "01arz3ndektsv4rrffq69g5fav",   // lower case
             "01ARZ3NDEKTSV4RRFFQ69G5FA",    // short
             "01ARZ3NDEKTSV4RRFFQ69G5FAV0",  // long
             "01ARZ3NDEKTSV4RRFFQ69G5FAI",   // I L O U are not in the alphabet
             "01ARZ3NDEKTSV4RRFFQ69G5FAL",
             "01ARZ3NDEKTSV4RRFFQ69G5FAO",
             "01ARZ3NDEKTSV4RRFFQ69G5FAU",
             "01ARZ3NDEKTSV4RRFFQ69G5F/.",
             "../../../../../../../../..",
             " 1ARZ3NDEKTSV4RRFFQ69G5FAV",
         }) {
        CAPTURE(bad);
        CHECK_FALSE(is_ulid(bad));
    }
    std::string with_nul = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
    with_nul[25] = '\0';
    CHECK_FALSE(is_ulid(with_nul));
}
