#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"
#include "tests/unit/hooks/spooling.hpp"

#include <sys/stat.h>

using namespace hookd;
using namespace hookd::hooks;
using hookd::test::eventually;
using hookd::test::k_none;
using hookd::test::Spooling;

TEST_CASE("a push that the queue cannot store now stays, and keeps its repository's order") {
    Spooling spooling;
    const auto one = spooling.record({spooling.update(k_none, spooling.first)});
    const auto two = spooling.record({spooling.update(spooling.first, spooling.second)});
    auto elsewhere = spooling.record(
        {spooling.update(k_none, spooling.other.commit("main", {{"x", "1"}}), "refs/heads/main")});
    elsewhere.repository = spooling.other.path();
    spooling.queue.refuse([&](const queue::Delivery& delivery) {
        return delivery.key == one.id
                   ? std::optional(Error{ErrorCode::unavailable, "the disk is full"})
                   : std::nullopt;
    });
    for (const auto& record : {one, two, elsewhere}) {
        spooling.put(record);
    }
    SpoolIntake::Settings settings;
    settings.retry = Milliseconds{5};
    spooling.start(settings);
    const auto answer = spooling.ask(spool_file_name(one));
    REQUIRE(answer);
    CHECK(answer->verdict == SpoolAnswer::Verdict::kept);
    CHECK(answer->reason == "the disk is full");
    REQUIRE(eventually(
        [&] { return spooling.queue.stored() == std::vector<std::string>{elsewhere.id}; }));
    CHECK(spooling.left().size() == 2);

    spooling.queue.refuse({});
    REQUIRE(eventually([&] { return spooling.left().empty(); }));
    CHECK(spooling.queue.stored() == std::vector<std::string>{elsewhere.id, one.id, two.id});
    // Never handed over before the one in front of it was stored.
    const auto given = spooling.queue.given();
    CHECK(std::count_if(given.begin(), given.end(),
                        [&](const auto& item) { return item.delivery.key == two.id; }) == 1);
}

TEST_CASE("a push that the queue never takes is refused and does not hold up others") {
    Spooling spooling;
    const auto one = spooling.record({spooling.update(k_none, spooling.first)});
    const auto two = spooling.record({spooling.update(spooling.first, spooling.second)});
    spooling.queue.refuse([&](const queue::Delivery& delivery) {
        return delivery.key == one.id ? std::optional(Error{ErrorCode::invalid, "too odd"})
                                      : std::nullopt;
    });
    spooling.put(one);
    spooling.put(two);
    spooling.start();
    REQUIRE(eventually([&] { return spooling.left().empty(); }));
    CHECK(spooling.is_refused(spool_file_name(one)));
    CHECK(spooling.queue.stored() == std::vector<std::string>{two.id});
}

TEST_CASE("T032 files whose claims do not hold are refused, with the reason for the hook") {
    Spooling spooling;
    auto record = spooling.record({spooling.update(spooling.first, spooling.second)});
    std::string reason;
    SECTION("a repository that is not in the configuration") {
        record.repository = "/srv/git/none.git";
        reason = "no repository in the configuration has the path \"/srv/git/none.git\"";
    }
    SECTION("a commit that the repository does not have") {
        record.updates[0].after = hookd::test::object('a');
        reason = "aaaaaaaaaa is not in the repository (any more)";
    }
    SECTION("a ref that cannot be one") {
        record.updates[0].ref = "refs/heads/../../config";
        reason = "it is not the name of a ref";
    }
    SECTION("another user's file about our repository") {
        if (::geteuid() != 0) {
            WARN("skipped: giving a file away needs root");
            return;
        }
        // As root runs this, the repository is given to one user and the file to another.
        REQUIRE(::chown(spooling.repository.path().c_str(), 65533, 65533) == 0);
        record.uid = 65534;
        reason = "the spool file is of uid 65534, the repository of uid 65533";
    }
    const auto name = spooling.put(record);
    if (record.uid == 65534) {
        REQUIRE(::chown((spooling.spool() / name).c_str(), 65534, 65534) == 0);
    }
    spooling.start();
    const auto answer = spooling.ask(name);
    REQUIRE(answer);
    CHECK(answer->verdict == SpoolAnswer::Verdict::refused);
    CHECK(answer->reason == reason);
    CHECK(spooling.is_refused(name));
    CHECK(spooling.left().empty());
    CHECK(spooling.queue.given().empty());
}

TEST_CASE("T032 damaged files and other things in the spool are refused, and the rest is taken") {
    Spooling spooling;
    const auto good = spooling.record({spooling.update(spooling.first, spooling.second)});
    const auto text = to_text(good);
    std::vector<std::string> bad;
    const auto put_raw = [&](const std::string& bytes) {
        bad.push_back(spooling.next_id() + ".push");
        REQUIRE(write_file_durably(spooling.spool() / bad.back(), bytes));
    };
    put_raw("");
    put_raw(text.substr(0, text.size() - 1));
    put_raw(text);  // whole, under a name that is not its id's
    bad.push_back(spooling.next_id() + ".push");
    std::filesystem::create_symlink("/etc/passwd", spooling.spool() / bad.back());
    bad.push_back(spooling.next_id() + ".push");
    REQUIRE(::mkfifo((spooling.spool() / bad.back()).c_str(), 0600) == 0);
    const auto later = spooling.record({spooling.update(spooling.first, spooling.second)});
    spooling.put(later);
    spooling.start();
    REQUIRE(eventually([&] { return spooling.left().empty(); }));
    for (const auto& name : bad) {
        CHECK(spooling.is_refused(name));
    }
    CHECK(spooling.queue.stored() == std::vector<std::string>{later.id});
}

TEST_CASE("T032 of a push, refs whose claims do not hold are left out and the others taken") {
    Spooling spooling;
    auto twice = spooling.update(spooling.first, spooling.third, "refs/heads/twice");
    const auto good = spooling.update(spooling.first, spooling.second);
    twice.event = good.event;
    const auto record =
        spooling.record({spooling.update(k_none, hookd::test::object('a'), "refs/heads/none"), good,
                         twice, spooling.update(spooling.first, k_none, "refs/heads/gone"),
                         spooling.update(k_none, k_none, "refs/heads/nothing")});
    spooling.start();
    const auto answer = spooling.ask(spooling.put(record));
    REQUIRE(answer);
    REQUIRE(answer->refs.size() == 5);
    CHECK(answer->refs[0].what == RefAnswer::What::left_out);
    CHECK(answer->refs[1].event == good.event);
    CHECK(answer->refs[2].what == RefAnswer::What::left_out);
    CHECK(answer->refs[3].event == record.updates[3].event);
    CHECK(answer->refs[4].what == RefAnswer::What::left_out);
    const auto given = spooling.queue.given();
    REQUIRE(given.size() == 1);
    REQUIRE(given[0].events.size() == 2);
    CHECK(given[0].events[1].change == "deleted");
}

TEST_CASE("T037 a push to a repository that we may not read is kept, with what to do") {
    if (::geteuid() != 0) {
        WARN("skipped: giving a repository away needs root");
        return;
    }
    Spooling spooling;
    REQUIRE(::chown(spooling.repository.path().c_str(), 65533, 65533) == 0);
    const auto name =
        spooling.put(spooling.record({spooling.update(spooling.first, spooling.second)}));
    spooling.start();
    const auto answer = spooling.ask(name);
    REQUIRE(answer);
    CHECK(answer->verdict == SpoolAnswer::Verdict::kept);
    CHECK(answer->reason.find("safe.directory") != std::string::npos);
    CHECK(spooling.left() == std::vector<std::string>{name});
    CHECK(spooling.queue.given().empty());
}
