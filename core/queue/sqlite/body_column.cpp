#include "core/queue/sqlite/body_column.hpp"

#include "core/queue/sqlite/packed_body.hpp"

namespace hookd::queue::sqlite {

BodyColumn::BodyColumn(Connection& db, std::string_view stored)
    : db_(db), stored_(stored), is_large_(stored.size() > PackedBody::k_largest) {
    if (is_large_) {
        db_.use_page_cache(Connection::PageCache::narrow);
    }
}

BodyColumn::~BodyColumn() {
    if (is_large_) {
        db_.use_page_cache(Connection::PageCache::wide);
    }
}

Value BodyColumn::value() const {
    return is_large_ ? Value::zeros(stored_.size()) : Value::blob(stored_);
}

void BodyColumn::fill(std::int64_t row) const {
    if (is_large_) {
        db_.write_blob("delivery", "body", row, stored_);
    }
}

}  // namespace hookd::queue::sqlite
