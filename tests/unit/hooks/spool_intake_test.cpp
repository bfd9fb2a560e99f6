#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"
#include "tests/unit/hooks/spooling.hpp"

#include <fstream>
#include <thread>

using namespace hookd;
using namespace hookd::hooks;
using hookd::test::eventually;
using hookd::test::k_none;
using hookd::test::Spooling;

TEST_CASE("what hooks left while the daemon was away becomes events, oldest first") {
    Spooling spooling;
    auto older = spooling.record({spooling.update(k_none, spooling.first)});
    older.hints = {{"GL_USER", "ann"}};
    older.push_options = {"ci.skip"};
    const auto newer = spooling.record({spooling.update(spooling.first, spooling.third),
                                        spooling.update(k_none, spooling.second, "refs/tags/v1")});
    spooling.put(newer);
    spooling.put(older);
    const auto raw = read_file(spooling.spool() / spool_file_name(older)).value();
    spooling.start();
    REQUIRE(eventually([&] { return spooling.left().empty(); }));

    const auto given = spooling.queue.given();
    REQUIRE(given.size() == 2);
    const auto& delivery = given[0].delivery;
    CHECK(delivery.id.text() == older.id);
    CHECK(delivery.key == older.id);
    CHECK(delivery.source == "hook");
    CHECK(delivery.provider == "hook");
    CHECK(delivery.event == "post-receive");
    CHECK(delivery.body == raw);

    const Event& created = given[0].events.at(0);
    CHECK(created.id == older.updates[0].event);
    CHECK(created.kind == EventKind::push);
    CHECK(created.change == "created");
    CHECK(created.repository.text() == "acme/shop");
    CHECK(created.branch == "main");
    CHECK(created.actor->login == "ann");
    CHECK(created.push_options == std::vector<std::string>{"ci.skip"});
    CHECK(created.source.type == "hook");
    CHECK(created.source.name == spooling.repository.path());
    CHECK(created.source.delivery == older.id);
    CHECK(created.source.event == "post-receive");
    CHECK(created.source.received_at == older.time);

    REQUIRE(given[1].events.size() == 2);
    const Event& updated = given[1].events[0];
    CHECK(updated.change == "updated");
    CHECK(updated.commit_count == 2);
    CHECK(updated.commits_complete);
    REQUIRE(updated.commits.size() == 2);
    CHECK(updated.commits[0].id == spooling.second.text());
    CHECK(updated.paths == std::vector<std::string>{"a.c", "docs/b.md"});
    CHECK(updated.forced == false);
    CHECK(given[1].events[1].kind == EventKind::tag);
    CHECK(given[1].events[1].tag == "v1");
}

TEST_CASE("a file that comes while nobody asks is noticed") {
    Spooling spooling;
    SpoolIntake::Settings settings;
    settings.rescan = Milliseconds{3'600'000};
    spooling.start(settings);
    spooling.put(spooling.record({spooling.update(spooling.first, spooling.second)}));
    CHECK(eventually([&] { return spooling.left().empty(); }));
}

TEST_CASE("T078 a file that came back after a crash has the same ids and adds nothing") {
    Spooling spooling;
    spooling.start();
    const auto record = spooling.record({spooling.update(spooling.first, spooling.second)});
    const auto name = spooling.put(record);
    REQUIRE(spooling.ask(name));
    spooling.stop();
    spooling.put(record);
    spooling.start();
    const auto answer = spooling.ask(name);
    REQUIRE(answer);
    CHECK(answer->refs.at(0).what == RefAnswer::What::duplicate);
    CHECK(spooling.left().empty());
    const auto given = spooling.queue.given();
    REQUIRE(given.size() == 2);
    CHECK(given[0].delivery.key == given[1].delivery.key);
    CHECK(given[0].events == given[1].events);
    CHECK(spooling.queue.stored().size() == 1);
}

TEST_CASE("T034 a push of 3,000 refs is one delivery with 3,000 events") {
    Spooling spooling;
    std::vector<RefUpdate> updates;
    updates.reserve(3000);
    for (int i = 0; i < 3000; ++i) {
        updates.push_back(
            spooling.update(k_none, spooling.second, "refs/heads/r/" + std::to_string(i)));
    }
    const auto record = spooling.record(std::move(updates));
    spooling.start();
    const auto answer = spooling.ask(spooling.put(record));
    REQUIRE(answer);
    CHECK(answer->refs.size() == SpoolAnswer::k_most_refs);
    const auto given = spooling.queue.given();
    REQUIRE(given.size() == 1);
    REQUIRE(given[0].events.size() == 3000);
    CHECK(given[0].events[2999].branch == "r/2999");
}

TEST_CASE("more files than are listed at once are all taken, in order") {
    Spooling spooling;
    std::vector<std::string> ids;
    for (int i = 0; i < 1100; ++i) {
        // A removed ref costs no reading.
        auto record = spooling.record({spooling.update(spooling.first, k_none, "refs/heads/x")});
        std::ofstream(spooling.spool() / spool_file_name(record)) << to_text(record);
        ids.push_back(record.id);
    }
    spooling.start();
    REQUIRE(eventually([&] { return spooling.left().empty(); }));
    CHECK(spooling.queue.stored() == ids);
}

TEST_CASE("stopping waits for what the queue was given") {
    Spooling spooling;
    spooling.queue.hold();
    spooling.start();
    const auto name =
        spooling.put(spooling.record({spooling.update(spooling.first, spooling.second)}));
    REQUIRE(eventually([&] { return spooling.queue.given().size() == 1; }));
    CHECK(spooling.left().size() == 1);
    std::thread stopping([&] { spooling.stop(); });
    spooling.queue.release();
    stopping.join();
    CHECK(spooling.left().empty());
    CHECK_FALSE(std::filesystem::exists(spooling.socket()));
}
