#include "tests/contract/queue/fixture.hpp"
#include "tests/support/catch.hpp"

using namespace hookd;
using namespace hookd::test;

namespace {

constexpr auto k_door = "/hooks/github";

void refuse(Fixture& f, const std::string& key, queue::Verdict::Kind kind) {
    queue::Delivery delivery = arrival({}, k_door, key).delivery;
    delivery.verdict = {kind, 403, "forbidden_repository", ""};
    REQUIRE(f.queue().record_and_wait(std::move(delivery)));
}

std::set<std::string> known(Fixture& f, const std::vector<std::string>& keys) {
    return f.queue().known_keys(k_door, keys).value();
}

}  // namespace

TEST_CASE("keys are known of what was taken, and of what its sender sent and was refused") {
    Fixture f(GENERATE(from_range(engines())));
    using Kind = queue::Verdict::Kind;
    CHECK(known(f, {"taken"}).empty());
    f.accept(arrival({}, k_door, "taken"));
    f.accept(arrival({any_push()}, "/hooks/other", "elsewhere"));
    refuse(f, "refused", Kind::refused);
    refuse(f, "suspicious", Kind::suspicious);
    refuse(f, "unproven", Kind::unproven);
    const std::vector<std::string> asked{"unproven", "refused", "taken", "elsewhere",
                                         "taken",    "never",   "",      "suspicious"};
    const std::set<std::string> expected{"refused", "suspicious", "taken"};
    CHECK(known(f, asked) == expected);
    f.reopen();
    CHECK(known(f, asked) == expected);
    CHECK(known(f, {}).empty());
}

TEST_CASE("of very many keys those that are known are told") {
    Fixture f(GENERATE(from_range(engines())));
    std::vector<std::string> asked;
    for (int i = 0; i < 500; ++i) {
        asked.push_back("key-" + std::to_string(i));
        if (i % 5 == 0) {
            f.accept(arrival({}, k_door, asked.back()));
        }
    }
    CHECK(known(f, asked).size() == 100);
}
