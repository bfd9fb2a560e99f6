// Bodies too large for a second copy in memory.
#include "core/queue/sqlite.hpp"
#include "core/queue/sqlite/packed_body.hpp"
#include "tests/contract/queue/samples.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temporary_folder.hpp"

#include <sqlite3.h>

using namespace hookd;
using namespace hookd::queue;
using namespace hookd::test;

namespace {

const RealClock k_clock;

/// Bytes that differ from place to place, so that a piece in a wrong one shows.
std::string counted(std::size_t size) {
    std::string text;
    text.reserve(size + 16);
    for (int i = 0; text.size() < size; ++i) {
        text += std::to_string(i) + ' ';
    }
    text.resize(size);
    return text;
}

struct Fixture {
    TemporaryFolder folder;
    std::unique_ptr<Queue> queue =
        open_sqlite({.file = folder / "queue.db", .mode = OpenMode::create_if_missing}, k_clock)
            .value();
};

}  // namespace

TEST_CASE("a large body is stored whole, with a row before and behind it") {
    Fixture f;
    constexpr std::size_t k_border = sqlite::PackedBody::k_largest;
    std::vector<Delivery> sent;
    for (const std::size_t size :
         {k_border, k_border + 1, 3 * k_border + 77, std::size_t{25} << 20, std::size_t{10}}) {
        Arrival one = arrival({any_push()});
        one.delivery.body = counted(size);
        sent.push_back(one.delivery);
        REQUIRE(f.queue->accept_and_wait(std::move(one)));
    }
    for (const Delivery& delivery : sent) {
        const auto stored = f.queue->delivery(delivery.id);
        REQUIRE(stored);
        const bool same = stored->delivery.body == delivery.body;
        CHECK(same);
    }
}

TEST_CASE("a large body that was refused is stored whole too") {
    Fixture f;
    Delivery delivery = arrival({}).delivery;
    delivery.body = counted(std::size_t{2} << 20);
    delivery.verdict = {Verdict::Kind::refused, 403, "forbidden_repository", ""};
    REQUIRE(f.queue->record_and_wait(delivery));
    const bool same = f.queue->delivery(delivery.id).value().delivery.body == delivery.body;
    CHECK(same);
}

TEST_CASE("T018 storing 25 MiB takes no copy of it") {
    Fixture f;
    constexpr ::sqlite3_int64 k_mib = ::sqlite3_int64{1} << 20;
    constexpr ::sqlite3_int64 k_page_cache = 2 * k_mib;  // as in connection.cpp
    REQUIRE(f.queue->accept_and_wait(arrival({any_push()})));
    Arrival one = arrival({any_push()});
    one.delivery.body = counted(std::size_t{25} << 20);
    const auto before = ::sqlite3_memory_used();
    ::sqlite3_memory_highwater(1);
    REQUIRE(f.queue->accept_and_wait(std::move(one)));
    CHECK(::sqlite3_memory_highwater(0) - before < k_page_cache + 2 * k_mib);
    CHECK(::sqlite3_memory_used() - before < k_page_cache + k_mib);
}
