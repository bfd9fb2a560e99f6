#include "hooks/spool_intake.hpp"

#include "core/base/file.hpp"
#include "core/base/ulid.hpp"
#include "hooks/post_receive/poke.hpp"
#include "hooks/spool_folder.hpp"
#include "hooks/spool_writer.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/git_repository.hpp"
#include "tests/unit/hooks/sample_record.hpp"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <mutex>
#include <thread>

using namespace hookd;
using namespace hookd::hooks;
using hookd::test::eventually;
using hookd::test::GitRepository;

namespace {

/// A queue that remembers what it was given, and answers as it is told.
class FakeQueue {
  public:
    struct Given {
        queue::Delivery delivery;
        std::vector<Event> events;
    };

    queue::Intake intake() {
        return [this](queue::Delivery delivery, std::vector<Event> events, queue::AcceptDone done) {
            std::unique_lock lock(mutex_);
            given_.push_back({delivery, events});
            if (holding_) {
                held_.emplace_back(
                    [this, delivery, events, done] { answer(delivery, events, done); });
                return;
            }
            lock.unlock();
            answer(delivery, events, done);
        };
    }

    /// Deliveries for which this says so are not stored.
    void refuse(std::function<std::optional<Error>(const queue::Delivery&)> why) {
        const std::lock_guard lock(mutex_);
        refuse_ = std::move(why);
    }
    void hold() {
        const std::lock_guard lock(mutex_);
        holding_ = true;
    }
    void release() {
        std::vector<std::function<void()>> held;
        {
            const std::lock_guard lock(mutex_);
            holding_ = false;
            held.swap(held_);
        }
        for (const auto& answer : held) {
            answer();
        }
    }
    [[nodiscard]] std::vector<Given> given() const {
        const std::lock_guard lock(mutex_);
        return given_;
    }
    /// Keys of the deliveries that were stored, in order.
    [[nodiscard]] std::vector<std::string> stored() const {
        const std::lock_guard lock(mutex_);
        return stored_;
    }

  private:
    void answer(const queue::Delivery& delivery, const std::vector<Event>& events,
                const queue::AcceptDone& done) {
        Result<queue::Accepted> result = queue::Accepted{};
        {
            const std::lock_guard lock(mutex_);
            const auto error = refuse_ ? refuse_(delivery) : std::nullopt;
            if (error) {
                result = fail(*error);
            } else if (std::find(stored_.begin(), stored_.end(), delivery.key) != stored_.end()) {
                result->duplicate_delivery = true;
            } else {
                stored_.push_back(delivery.key);
                for (const auto& event : events) {
                    result->events.push_back(
                        {event.id, false, {{RunId(1), "checks"}, {RunId(2), "release"}}});
                }
            }
        }
        done(std::move(result));
    }

    mutable std::mutex mutex_;
    std::vector<Given> given_;
    std::vector<std::string> stored_;
    std::function<std::optional<Error>(const queue::Delivery&)> refuse_;
    bool holding_ = false;
    std::vector<std::function<void()>> held_;
};

config::Configuration configuration_of(
    const std::vector<std::pair<std::string, std::filesystem::path>>& repositories) {
    config::Configuration configuration;
    for (const auto& [name, path] : repositories) {
        config::Repository repository;
        repository.name = RepositoryName::parse(name).value();
        repository.path = path;
        configuration.repositories.push_back(std::move(repository));
    }
    return configuration;
}

/// A repository with three commits on main, the spool beside it, and an intake that is not
/// started yet.
class Spooling {
  public:
    Spooling()
        : first(repository.commit("main", {{"a.c", "1"}})),
          second(repository.commit("main", {{"a.c", "2"}, {"docs/b.md", "2"}})),
          third(repository.commit("main", {{"a.c", "3"}})),
          configuration_(
              configuration_of({{"acme/shop", repository.path()}, {"acme/other", other.path()}})) {
        REQUIRE(make_folders(spool()));
    }

    [[nodiscard]] std::filesystem::path spool() const {
        return repository.folder() / "state/spool";
    }
    [[nodiscard]] std::filesystem::path socket() const { return repository.folder() / "s"; }

    [[nodiscard]] RefUpdate update(const ObjectId& before, const ObjectId& after,
                                   const std::string& ref = "refs/heads/main") {
        return {EventId(next_id()), before, after, ref};
    }

    [[nodiscard]] SpoolRecord record(std::vector<RefUpdate> updates) {
        SpoolRecord record;
        record.id = next_id();
        record.repository = repository.path();
        record.time = WallTime(Milliseconds(1795427001250));
        record.uid = ::geteuid();
        record.updates = std::move(updates);
        return record;
    }

    /// Ids whose order is the order of making them.
    std::string next_id() { return make_ulid(WallTime(Milliseconds(1795427001250 + ++made_))); }

    std::string put(const SpoolRecord& record) {
        const auto name = write_to_spool(spool(), record);
        REQUIRE(name);
        return *name;
    }

    SpoolIntake& start(SpoolIntake::Settings settings = {}) {
        settings.spool = spool();
        settings.socket = socket();
        intake_ =
            std::make_unique<SpoolIntake>(settings, configuration_, queue.intake(), clock_, log_);
        const auto started = intake_->start();
        if (!started) {
            FAIL(started.error().message);
        }
        return *intake_;
    }
    void stop() { intake_.reset(); }

    [[nodiscard]] Result<SpoolAnswer> ask(const std::string& name) const {
        return poke(socket().string(), name, Milliseconds{20'000});
    }

    [[nodiscard]] std::vector<std::string> left() const {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::directory_iterator(spool())) {
            if (entry.path().extension() == ".push") {
                names.push_back(entry.path().filename());
            }
        }
        return names;
    }
    [[nodiscard]] bool is_refused(const std::string& name) const {
        return std::filesystem::exists(std::filesystem::symlink_status(spool() / "refused" / name));
    }

    GitRepository repository;
    GitRepository other;
    ObjectId first, second, third;
    FakeQueue queue;

  private:
    config::Current configuration_;
    RealClock clock_;
    Log log_{Log::Format::text, Log::Level::error};
    std::unique_ptr<SpoolIntake> intake_;
    std::int64_t made_ = 0;
};

const ObjectId k_none = hookd::test::object('0');

}  // namespace

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

TEST_CASE("a hook that asks is told its events and the rules that run") {
    Spooling spooling;
    spooling.start();
    const auto record = spooling.record({spooling.update(spooling.first, spooling.second)});
    const auto answer = spooling.ask(spooling.put(record));
    REQUIRE(answer);
    CHECK(answer->verdict == SpoolAnswer::Verdict::taken);
    REQUIRE(answer->refs.size() == 1);
    CHECK(answer->refs[0] ==
          RefAnswer{RefAnswer::What::queued, record.updates[0].event, {"checks", "release"}, ""});
    CHECK(spooling.left().empty());
    // Asked again, as by a hook whose file was taken before it asked.
    CHECK(spooling.ask(spool_file_name(record)) == answer);
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

TEST_CASE("T034 a push of 3,000 refs is one delivery with 3,000 events") {
    Spooling spooling;
    std::vector<RefUpdate> updates;
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

TEST_CASE("who says something else than a file's name is shown the door") {
    Spooling spooling;
    spooling.start();
    CHECK_FALSE(spooling.ask("../../../etc/passwd"));
    CHECK_FALSE(spooling.ask(std::string(4000, 'x')));
    CHECK_FALSE(spooling.ask(""));
    const auto record = spooling.record({spooling.update(spooling.first, spooling.second)});
    CHECK(spooling.ask(spooling.put(record)));
}

TEST_CASE("a socket that nobody answers on is replaced, one in use is not") {
    Spooling spooling;
    spooling.start();
    config::Current configuration{config::Configuration{}};
    const RealClock clock;
    Log log(Log::Format::text, Log::Level::error);
    SpoolIntake second({spooling.spool(), spooling.socket()}, configuration,
                       spooling.queue.intake(), clock, log);
    const auto refused = second.start();
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::exists);
    const auto record = spooling.record({spooling.update(spooling.first, spooling.second)});
    CHECK(spooling.ask(spooling.put(record)));

    // A daemon that was killed leaves its socket's name.
    std::filesystem::create_hard_link(spooling.socket(), spooling.repository.folder() / "kept");
    spooling.stop();
    std::filesystem::rename(spooling.repository.folder() / "kept", spooling.socket());
    spooling.start();
    const auto later = spooling.record({spooling.update(spooling.second, spooling.third)});
    CHECK(spooling.ask(spooling.put(later)));
}

TEST_CASE("T032 strangers are not told about others' pushes") {
    if (::geteuid() != 0) {
        WARN("skipped: becoming somebody else needs root");
        return;
    }
    Spooling spooling;
    REQUIRE(::chmod(spooling.repository.folder().c_str(), 0755) == 0);
    const auto record = spooling.record({spooling.update(spooling.first, spooling.second)});
    spooling.put(record);
    auto pipe = make_pipe();
    REQUIRE(pipe);
    // Forked before there are threads.
    const ::pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        char go = 0;
        const bool started = ::read(pipe->read.get(), &go, 1) == 1 && ::setuid(65534) == 0;
        const auto answer = spooling.ask(spool_file_name(record));
        ::_exit(!started ? 3 : answer ? 1 : answer.error().code == ErrorCode::unavailable ? 2 : 0);
    }
    SpoolIntake::Settings settings;
    settings.socket_mode = 0666;
    spooling.start(settings);
    REQUIRE(spooling.ask(spool_file_name(record)));
    REQUIRE(write_all(pipe->write.get(), "x"));
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
}
