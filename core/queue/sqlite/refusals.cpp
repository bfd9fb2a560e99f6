#include "core/queue/sqlite/refusals.hpp"

#include "core/queue/sqlite/body_column.hpp"
#include "core/queue/sqlite/stored_form.hpp"

#include <utility>

namespace hookd::queue::sqlite {
namespace {

/// All but the newest of the sample.
void forget_old_unproven(Connection& db) {
    std::vector<std::int64_t> old;
    {
        Rows rows = db.query(
            "SELECT delivery_id FROM refusal WHERE verdict = 3 ORDER BY delivery_id DESC "
            "LIMIT -1 OFFSET ?1",
            {Queue::k_most_unproven});
        while (rows.next()) {
            old.push_back(rows.integer(0));
        }
    }
    for (const std::int64_t key : old) {
        db.run("DELETE FROM refusal WHERE delivery_id = ?1", {key});
        db.run("DELETE FROM delivery WHERE id = ?1", {key});
    }
}

}  // namespace

void insert_refusal(Connection& db, const Delivery& delivery, std::int64_t delivery_key,
                    std::int64_t source, bool keeps_sender_key) {
    const Verdict& verdict = delivery.verdict;
    db.run(
        "INSERT INTO refusal (delivery_id, source_id, verdict, status, reason, detail, key, "
        "proven_by) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        {delivery_key, source, static_cast<int>(verdict.kind), verdict.status, verdict.reason,
         verdict.detail, keeps_sender_key ? Value::text_or_null(delivery.key) : Value(std::nullopt),
         Value::text_or_null(delivery.proven_by)});
}

Status RecordTask::check(const Delivery& delivery) {
    if (!delivery.id) {
        return fail(ErrorCode::invalid, "the delivery has no id");
    }
    if (delivery.verdict.kind == Verdict::Kind::accepted) {
        return fail(ErrorCode::invalid, "a delivery that was taken is not recorded as refused");
    }
    return {};
}

RecordTask::RecordTask(Delivery delivery, RecordDone done)
    : delivery_(std::move(delivery)),
      done_(std::move(done)),
      headers_(headers_to_text(delivery_.headers)) {
    if (delivery_.verdict.kind == Verdict::Kind::unproven) {
        delivery_.body.clear();
        delivery_.body.shrink_to_fit();
    }
    bytes_ = delivery_.body.size() + headers_.size();
}

void RecordTask::apply(Transaction& transaction) {
    Connection& db = transaction.db;
    const std::int64_t source = source_key(transaction, delivery_.source);
    const BodyColumn column(db, delivery_.body);
    db.run(
        "INSERT INTO delivery (ulid, source_id, received_at, provider, event, peer, headers, "
        "body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO NOTHING",
        {delivery_.id, source, delivery_.received_at, delivery_.provider, delivery_.event,
         delivery_.peer, headers_, column.value()});
    if (db.failure() || db.changed() == 0) {
        return;
    }
    const std::int64_t row = db.last_id();
    column.fill(row);
    insert_refusal(db, delivery_, row, source, true);
    if (delivery_.verdict.kind == Verdict::Kind::unproven) {
        forget_old_unproven(db);
    }
}

bool SampleGate::lets_through(BootTime now) {
    const std::scoped_lock lock(mutex_);
    if (!began_ || now - *began_ >= std::chrono::minutes(1)) {
        began_ = now;
        passed_ = 0;
    }
    return ++passed_ <= Queue::k_most_unproven_a_minute;
}

}  // namespace hookd::queue::sqlite
