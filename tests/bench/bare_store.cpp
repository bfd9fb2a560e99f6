#include "tests/bench/bare_store.hpp"

#include "core/model/event_json.hpp"

#include <sqlite3.h>

#include <initializer_list>
#include <stdexcept>
#include <utility>
#include <variant>

namespace hookd::bench {
namespace {

constexpr const char* k_statements[] = {
    "INSERT INTO delivery (ulid, source_id, key, received_at, provider, event, peer, headers, body)"
    " VALUES (?1, 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    "INSERT INTO event (ulid, repository_id, kind, identity, received_at, change, ref, before, "
    "after, source_type, decisions, json) VALUES (?1, ?2, 0, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    "INSERT INTO arrival (delivery_id, event_id) VALUES (?1, ?2)",
    "INSERT INTO ref_position (repository_id, ref, object_id, event_id) VALUES (?1, ?2, ?3, ?4) "
    "ON CONFLICT (repository_id, ref) DO UPDATE SET object_id = ?3, event_id = ?4",
    "INSERT INTO run (event_id, repository_id, state, n_idle, created_at, rule, rule_hash, "
    "object_id) VALUES (?1, ?2, 0, 1, ?3, ?4, ?5, ?6)",
    "INSERT INTO action (run_id, timeout_ms, name, handler, spec) VALUES (?1, ?2, ?3, ?4, ?5)",
    "INSERT INTO queue (action_id, run_id, repository_id, state, needs_open, on_lost, ready_at) "
    "VALUES (?1, ?2, ?3, 2, 0, 0, ?4)",
};
enum Statement { delivery, event, arrival, ref_position, run_row, action, queue_row };

struct Bytes {
    std::string_view bytes;
};
using Bound = std::variant<std::int64_t, std::string_view, Bytes>;

void must(bool good, sqlite3* database) {
    if (!good) {
        throw std::runtime_error(::sqlite3_errmsg(database));
    }
}

std::int64_t insert_row(sqlite3* database, sqlite3_stmt* statement,
                        std::initializer_list<Bound> values) {
    int index = 0;
    for (const Bound& value : values) {
        ++index;
        if (const auto* number = std::get_if<std::int64_t>(&value)) {
            ::sqlite3_bind_int64(statement, index, *number);
        } else if (const auto* blob = std::get_if<Bytes>(&value)) {
            ::sqlite3_bind_blob64(statement, index, blob->bytes.data(), blob->bytes.size(),
                                  SQLITE_STATIC);
        } else {
            const auto text = std::get<std::string_view>(value);
            ::sqlite3_bind_text(statement, index, text.data(), static_cast<int>(text.size()),
                                SQLITE_STATIC);
        }
    }
    must(::sqlite3_step(statement) == SQLITE_DONE, database);
    ::sqlite3_reset(statement);
    return ::sqlite3_last_insert_rowid(database);
}

std::int64_t milliseconds(WallTime time) {
    return time.time_since_epoch().count();
}

std::int64_t repository_of(const Event& event) {
    // The samples' names end in their number.
    const std::string& name = event.repository.text();
    return std::stoll(name.substr(name.rfind('-') + 1)) + 1;
}

}  // namespace

BareStore::BareStore(const std::filesystem::path& file) {
    must(::sqlite3_open_v2(file.c_str(), &database_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
                           nullptr) == SQLITE_OK,
         database_);
    must(::sqlite3_exec(database_,
                        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                        "PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 2000;"
                        "INSERT INTO source (name) VALUES ('/hooks/github');"
                        "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE "
                        "i < 15) INSERT INTO repository (name) SELECT 'acme/shop-' || i FROM n;",
                        nullptr, nullptr, nullptr) == SQLITE_OK,
         database_);
    for (const char* text : k_statements) {
        sqlite3_stmt* statement = nullptr;
        must(::sqlite3_prepare_v3(database_, text, -1, SQLITE_PREPARE_PERSISTENT, &statement,
                                  nullptr) == SQLITE_OK,
             database_);
        statements_.push_back(statement);
    }
    thread_ = std::thread([this] { run(); });
}

BareStore::~BareStore() {
    {
        const std::scoped_lock lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
    for (sqlite3_stmt* statement : statements_) {
        ::sqlite3_finalize(statement);
    }
    ::sqlite3_close(database_);
}

void BareStore::store(queue::Arrival arrived) {
    BareRows rows;
    rows.arrival = std::move(arrived);
    for (const auto& [name, value] : rows.arrival.delivery.headers) {
        rows.headers += name + ": " + value + "\n";
    }
    rows.decisions =
        R"([["build",true,"on.push.branches","main"],["release",false,"on.tag","push"]])";
    rows.json = to_json_text(rows.arrival.events.front().event);
    auto stored = rows.stored.get_future();
    {
        const std::scoped_lock lock(mutex_);
        waiting_.push_back(&rows);
    }
    wake_.notify_one();
    stored.get();
}

void BareStore::run() {
    for (;;) {
        std::vector<BareRows*> batch;
        {
            std::unique_lock lock(mutex_);
            wake_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
            if (waiting_.empty()) {
                return;
            }
            batch.swap(waiting_);
        }
        must(::sqlite3_exec(database_, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) == SQLITE_OK,
             database_);
        for (const BareRows* rows : batch) {
            insert(*rows);
        }
        must(::sqlite3_exec(database_, "COMMIT", nullptr, nullptr, nullptr) == SQLITE_OK,
             database_);
        for (BareRows* rows : batch) {
            // Moved out: the waiting thread's rows end as soon as it wakes.
            std::promise<void> stored = std::move(rows->stored);
            stored.set_value();
        }
    }
}

void BareStore::insert(const BareRows& rows) {
    const queue::Delivery& d = rows.arrival.delivery;
    const queue::PlannedEvent& planned = rows.arrival.events.front();
    const Event& e = planned.event;
    const PlannedRun& r = planned.plan.runs.front();
    const PlannedAction& a = r.actions.front();
    const std::int64_t now = milliseconds(d.received_at);
    const std::int64_t repository = repository_of(e);
    // Any number as random as a hash would do.
    const auto identity = std::stoll(e.after.substr(0, 15), nullptr, 16);
    const auto insert_into = [this](Statement statement, std::initializer_list<Bound> values) {
        return insert_row(database_, statements_[statement], values);
    };

    const auto delivery_id = insert_into(delivery, {d.id.text(), d.key, now, d.provider, d.event,
                                                    d.peer, rows.headers, Bytes{d.body}});
    const auto event_id =
        insert_into(event, {e.id.text(), repository, identity, now, e.change, e.ref, e.before,
                            e.after, e.source.type, rows.decisions, rows.json});
    insert_into(arrival, {delivery_id, event_id});
    insert_into(ref_position, {repository, e.ref, e.after, event_id});
    const auto run_id =
        insert_into(run_row, {event_id, repository, now, r.rule, r.rule_hash, r.commit});
    const auto action_id =
        insert_into(action, {run_id, std::int64_t{a.timeout.count()}, a.name, a.handler, a.spec});
    insert_into(queue_row, {action_id, run_id, repository, now});
}

}  // namespace hookd::bench
