#pragma once

#include "core/queue/queue.hpp"
#include "core/queue/sqlite/listeners.hpp"
#include "core/queue/sqlite/reader_pool.hpp"
#include "core/queue/sqlite/refusals.hpp"
#include "core/queue/sqlite/store.hpp"
#include "core/queue/sqlite/writer.hpp"

#include <atomic>

namespace hookd::queue::sqlite {

/// Joins the parts: changes go to the writer, questions to the readers.
class SqliteQueue final : public Queue {
  public:
    SqliteQueue(Store store, OpenedWriter opened, const SqliteOptions& options, const Clock& clock);

    void accept(Arrival arrival, AcceptDone done) override;
    void record(Delivery delivery, RecordDone done) override;
    Result<Replayed> replay(const ReplayRequest& request,
                            const std::vector<PlannedRun>& runs) override;
    Result<std::optional<Replayed>> find_replay(const ReplayRequest& request) override;
    Result<NodeId> register_node(std::string host) override;
    Result<Recovered> recover(NodeId node) override;
    Result<Recovered> expire() override;
    Result<Claimed> claim(const ClaimRequest& request) override;
    Result<std::vector<Renewal>> renew(NodeId node, std::span<const Fence> fences,
                                       Milliseconds lease) override;
    Status finish(Fence fence, const Outcome& outcome) override;
    Status give_back(Fence fence, std::string_view reason) override;
    Status cancel(ActionId action, std::string_view reason) override;
    Status record_deployment(const Deployment& deployment) override;
    Status note_refs(const std::string& repository, std::span<const RefSeen> refs,
                     const std::string& mark, WallTime at) override;
    Status set_mark(const std::string& name, WallTime at) override;

    Result<std::vector<EventRecord>> events(const EventFilter& filter) override;
    Result<EventDetail> event(const EventId& id) override;
    Result<std::vector<Delivery>> deliveries_of(const EventId& id) override;
    Result<std::vector<DeliveryRecord>> deliveries(const DeliveryFilter& filter) override;
    Result<DeliveryDetail> delivery(const DeliveryId& id) override;
    Result<std::set<std::string>> known_keys(const std::string& source,
                                             std::span<const std::string> keys) override;
    Result<std::vector<RunRecord>> runs(const RunFilter& filter) override;
    Result<RunDetail> run(RunId id) override;
    Result<std::vector<Deployment>> deployments(const std::string& repository) override;
    Result<std::optional<std::string>> ref_position(const std::string& repository,
                                                    const std::string& ref) override;
    Result<std::vector<RefSeen>> ref_positions(const std::string& repository) override;
    Result<std::optional<WallTime>> mark(const std::string& name) override;
    Result<QueueStatus> status() override;

    Subscription subscribe(Listener listener) override;

  private:
    [[nodiscard]] Writer::Setup writer_setup(const SqliteOptions& options);

    const Clock& clock_;
    SampleGate unproven_;
    Store store_;
    Listeners listeners_;
    ReaderPool readers_;
    std::atomic<std::int64_t> stale_refused_{0};
    Writer writer_;  // last: its thread uses all of the above
};

}  // namespace hookd::queue::sqlite
