#include "core/git/blob.hpp"

#include <git2.h>

#include <algorithm>
#include <string>

namespace hookd::git {
namespace {

constexpr std::size_t k_block = std::size_t{1} << 20;
constexpr std::size_t k_most_in_memory = std::size_t{1} << 30;

Status read_stream(::git_odb_stream* stream, std::size_t size, const ::git_oid& id,
                   const OnBytes& on_bytes) {
    std::string block(k_block, '\0');
    while (size > 0) {
        const int got = ::git_odb_stream_read(stream, block.data(), std::min(block.size(), size));
        if (got <= 0) {
            return fail_git(got, "cannot read all of the blob " + quote(id));
        }
        const auto bytes = static_cast<std::size_t>(got);
        if (auto taken = on_bytes(std::string_view(block).substr(0, bytes)); !taken) {
            return taken;
        }
        size -= bytes;
    }
    return {};
}

Status read_whole(::git_odb* store, const ::git_oid& id, const OnBytes& on_bytes) {
    Owned<::git_odb_object> object;
    if (const int status = ::git_odb_read(object.into(), store, &id); status != 0) {
        return fail_git(status, "cannot read the blob " + quote(id));
    }
    std::string_view bytes(static_cast<const char*>(::git_odb_object_data(object.get())),
                           ::git_odb_object_size(object.get()));
    while (!bytes.empty()) {
        const auto block = bytes.substr(0, k_block);
        if (auto taken = on_bytes(block); !taken) {
            return taken;
        }
        bytes.remove_prefix(block.size());
    }
    return {};
}

}  // namespace

Status read_blob(::git_odb* store, const ::git_oid& id, const OnBytes& on_bytes) {
    std::size_t size = 0;
    ::git_object_t type = GIT_OBJECT_INVALID;
    if (const int status = ::git_odb_read_header(&size, &type, store, &id); status != 0) {
        return fail_git(status, "cannot read the blob " + quote(id));
    }
    if (type != GIT_OBJECT_BLOB) {
        return fail(ErrorCode::invalid,
                    quote(id) + " is a " + ::git_object_type2string(type) + ", not a blob");
    }
    if (size > k_block) {
        Owned<::git_odb_stream> stream;
        std::size_t stream_size = 0;
        // Only loose objects can be streamed.
        if (::git_odb_open_rstream(stream.into(), &stream_size, &type, store, &id) == 0) {
            return read_stream(stream.get(), stream_size, id, on_bytes);
        }
    }
    if (size > k_most_in_memory) {
        return fail(ErrorCode::invalid, "the blob " + quote(id) + " has " + std::to_string(size) +
                                            " bytes, " + std::to_string(k_most_in_memory) +
                                            " can be read from a pack");
    }
    return read_whole(store, id, on_bytes);
}

}  // namespace hookd::git
