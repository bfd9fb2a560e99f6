#include "core/queue/sqlite/sqlite_queue.hpp"

#include "core/queue/sqlite/accept.hpp"
#include "core/queue/sqlite/attempts.hpp"
#include "core/queue/sqlite/leases.hpp"
#include "core/queue/sqlite/read.hpp"
#include "core/queue/sqlite/ref_positions.hpp"
#include "core/queue/sqlite/reruns.hpp"

namespace hookd::queue::sqlite {

SqliteQueue::SqliteQueue(Store store, OpenedWriter opened, const SqliteOptions& options,
                         const Clock& clock)
    : clock_(clock),
      store_(std::move(store)),
      readers_([this] { return store_.connect_reader(); }),
      writer_(writer_setup(options), std::move(opened), clock) {}

Writer::Setup SqliteQueue::writer_setup(const SqliteOptions& options) {
    return {[this](std::int64_t epoch) { return store_.reconnect_writer(epoch); },
            [this] { readers_.close(); },
            [this](std::span<const Change> changes) { listeners_.tell(changes); },
            options.most_waiting_accepts, options.most_waiting_bytes};
}

void SqliteQueue::accept(Arrival arrival, AcceptDone done) {
    if (auto sound = AcceptTask::check(arrival); !sound) {
        done(fail(sound.error()));
        return;
    }
    writer_.submit_accept(std::make_unique<AcceptTask>(std::move(arrival), std::move(done)));
}

void SqliteQueue::record(Delivery delivery, RecordDone done) {
    const bool left_out =
        delivery.verdict.kind == Verdict::Kind::unproven && !unproven_.lets_through(clock_.boot());
    const Status sound = RecordTask::check(delivery);
    if (!sound || left_out) {
        done(sound);
        return;
    }
    writer_.submit_record(std::make_unique<RecordTask>(std::move(delivery), std::move(done)));
}

Result<Replayed> SqliteQueue::replay(const ReplayRequest& request,
                                     const std::vector<PlannedRun>& runs) {
    return writer_.call([&request, &runs](Transaction& transaction) {
        return sqlite::replay(transaction, request, runs);
    });
}

Result<std::optional<Replayed>> SqliteQueue::find_replay(const ReplayRequest& request) {
    return readers_.read([&request](Connection& db) { return sqlite::find_replay(db, request); });
}

Result<NodeId> SqliteQueue::register_node(std::string host) {
    return writer_.call([&host](Transaction& transaction) -> Result<NodeId> {
        transaction.db.run("INSERT INTO node (host, started_at) VALUES (?1, ?2)",
                           {host, transaction.now});
        return NodeId(transaction.db.last_id());
    });
}

Result<Recovered> SqliteQueue::recover(NodeId node) {
    return writer_.call(
        [node](Transaction& transaction) { return sqlite::recover(transaction, node); });
}

Result<Recovered> SqliteQueue::expire() {
    return writer_.call([](Transaction& transaction) { return sqlite::expire(transaction); });
}

Result<Claimed> SqliteQueue::claim(const ClaimRequest& request) {
    return writer_.call(
        [&request](Transaction& transaction) { return sqlite::claim(transaction, request); });
}

Result<std::vector<Renewal>> SqliteQueue::renew(NodeId node, std::span<const Fence> fences,
                                                Milliseconds lease) {
    return writer_.call(
        [=](Transaction& transaction) { return sqlite::renew(transaction, node, fences, lease); });
}

Status SqliteQueue::finish(Fence fence, const Outcome& outcome) {
    auto finished = writer_.call([fence, &outcome](Transaction& transaction) {
        return sqlite::finish(transaction, fence, outcome);
    });
    if (!finished && finished.error().code == ErrorCode::stale) {
        ++stale_refused_;
    }
    return finished;
}

Status SqliteQueue::give_back(Fence fence, std::string_view reason) {
    return writer_.call([fence, reason](Transaction& transaction) {
        return sqlite::give_back(transaction, fence, reason);
    });
}

Status SqliteQueue::cancel(ActionId action, std::string_view reason) {
    return writer_.call([action, reason](Transaction& transaction) {
        return sqlite::cancel(transaction, action, reason);
    });
}

Status SqliteQueue::record_deployment(const Deployment& deployment) {
    return writer_.call([&deployment](Transaction& transaction) -> Status {
        const std::int64_t repository = repository_key(transaction, deployment.repository);
        transaction.db.run(
            "INSERT INTO deployment (repository_id, run_id, fence, at, environment, target, "
            "release, object_id, state) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            {repository, deployment.run, deployment.fence, deployment.at, deployment.environment,
             deployment.target, deployment.release, deployment.commit, deployment.state});
        return {};
    });
}

Status SqliteQueue::note_refs(const std::string& repository, std::span<const RefSeen> refs,
                              const std::string& mark, WallTime at) {
    return writer_.call([&](Transaction& transaction) {
        sqlite::note_refs(transaction, repository, refs);
        return sqlite::set_mark(transaction, mark, at);
    });
}

Status SqliteQueue::set_mark(const std::string& name, WallTime at) {
    return writer_.call(
        [&](Transaction& transaction) { return sqlite::set_mark(transaction, name, at); });
}

Result<std::vector<EventRecord>> SqliteQueue::events(const EventFilter& filter) {
    return readers_.read([&filter](Connection& db) { return read_events(db, filter); });
}

Result<EventDetail> SqliteQueue::event(const EventId& id) {
    return readers_.read([&id](Connection& db) { return read_event(db, id); });
}

Result<std::vector<Delivery>> SqliteQueue::deliveries_of(const EventId& id) {
    return readers_.read([&id](Connection& db) { return read_deliveries_of(db, id); });
}

Result<std::vector<DeliveryRecord>> SqliteQueue::deliveries(const DeliveryFilter& filter) {
    return readers_.read([&filter](Connection& db) { return read_deliveries(db, filter); });
}

Result<DeliveryDetail> SqliteQueue::delivery(const DeliveryId& id) {
    return readers_.read([&id](Connection& db) { return read_delivery(db, id); });
}

Result<std::set<std::string>> SqliteQueue::known_keys(const std::string& source,
                                                      std::span<const std::string> keys) {
    return readers_.read(
        [&source, keys](Connection& db) { return read_known_keys(db, source, keys); });
}

Result<std::vector<RunRecord>> SqliteQueue::runs(const RunFilter& filter) {
    return readers_.read([&filter](Connection& db) { return read_runs(db, filter); });
}

Result<RunDetail> SqliteQueue::run(RunId id) {
    return readers_.read([id](Connection& db) { return read_run(db, id); });
}

Result<std::vector<Deployment>> SqliteQueue::deployments(const std::string& repository) {
    return readers_.read(
        [&repository](Connection& db) { return read_deployments(db, repository); });
}

Result<std::optional<std::string>> SqliteQueue::ref_position(const std::string& repository,
                                                             const std::string& ref) {
    return readers_.read(
        [&repository, &ref](Connection& db) { return read_position(db, repository, ref); });
}

Result<std::vector<RefSeen>> SqliteQueue::ref_positions(const std::string& repository) {
    return readers_.read([&repository](Connection& db) { return read_positions(db, repository); });
}

Result<std::optional<WallTime>> SqliteQueue::mark(const std::string& name) {
    return readers_.read([&name](Connection& db) { return read_mark(db, name); });
}

Result<QueueStatus> SqliteQueue::status() {
    auto status = readers_.read([](Connection& db) { return read_status(db); });
    if (status) {
        status->stale_refused = stale_refused_;
    }
    return status;
}

Subscription SqliteQueue::subscribe(Listener listener) {
    return listeners_.add(std::move(listener));
}

}  // namespace hookd::queue::sqlite
