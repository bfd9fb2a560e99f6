#include "config/secret.hpp"

#include "tests/support/catch.hpp"

#include <type_traits>
#include <utility>

using hookd::config::Secret;

static_assert(!std::is_copy_constructible_v<Secret> && !std::is_copy_assignable_v<Secret>);

TEST_CASE("a moved secret is in one place") {
    Secret first(std::string(40, 's'));
    Secret second(std::move(first));
    CHECK(second.reveal() == std::string(40, 's'));
    CHECK(first.reveal().empty());  // NOLINT(bugprone-use-after-move): that is the question
    Secret third(std::string(20, 't'));
    third = std::move(second);
    CHECK(third.reveal() == std::string(40, 's'));
    CHECK(second.reveal().empty());  // NOLINT(bugprone-use-after-move)
}
