#include "core/http/body_budget.hpp"

#include "tests/support/catch.hpp"

#include <vector>

using hookd::http::BodyBudget;
using hookd::http::BodyCharge;
using hookd::http::k_small_body_bytes;

namespace {

constexpr std::uint64_t k_mib = std::uint64_t{1} << 20;

}  // namespace

TEST_CASE("T016 large bodies leave small ones their room, and small ones large ones") {
    const auto budget = std::make_shared<BodyBudget>(2 * k_mib, 10 * k_mib);
    BodyCharge large(budget, 10 * k_mib);
    REQUIRE(large.take(10 * k_mib));
    CHECK_FALSE(budget->has_room_for(k_small_body_bytes + 1));
    CHECK(budget->has_room_for(k_small_body_bytes));
    std::vector<BodyCharge> small;
    for (int i = 0; i < 2; ++i) {
        small.emplace_back(budget, k_mib);
        REQUIRE(small.back().take(k_mib));
    }
    CHECK_FALSE(budget->has_room_for(1));
    large.release();
    CHECK_FALSE(budget->has_room_for(1));
    CHECK(budget->has_room_for(10 * k_mib));
}

TEST_CASE("T016 a body that turns out to be large gives the room for small ones back") {
    const auto budget = std::make_shared<BodyBudget>(k_mib, 2 * k_mib);
    BodyCharge charge(budget, 0);
    REQUIRE(charge.take(k_small_body_bytes));
    CHECK_FALSE(budget->has_room_for(1));
    REQUIRE(charge.take(1));
    CHECK(budget->has_room_for(k_small_body_bytes));
    CHECK(budget->used() == k_small_body_bytes + 1);
    SECTION("it keeps what it has where there is no more") {
        CHECK_FALSE(charge.take(k_mib));
        CHECK(budget->used() == k_small_body_bytes + 1);
    }
    SECTION("another one finds no room, and still holds its small part") {
        BodyCharge other(budget, 0);
        REQUIRE(other.take(k_small_body_bytes));
        CHECK_FALSE(other.take(k_mib));
        CHECK_FALSE(budget->has_room_for(1));
        other.release();
        CHECK(budget->has_room_for(1));
    }
    charge.release();
    charge.release();
    CHECK(budget->used() == 0);
}

TEST_CASE("T016 a body declared as large takes nothing of the room for small ones") {
    const auto budget = std::make_shared<BodyBudget>(k_mib, 2 * k_mib);
    BodyCharge charge(budget, k_small_body_bytes + 1);
    REQUIRE(charge.take(k_small_body_bytes));
    CHECK(budget->has_room_for(k_small_body_bytes));
    const BodyCharge moved(std::move(charge));
    CHECK(budget->used() == k_small_body_bytes);
}
