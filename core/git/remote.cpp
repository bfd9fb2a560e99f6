#include "core/git/remote.hpp"

#include "core/git/library.hpp"

#include <git2.h>
#include <git2/sys/transport.h>

#include <algorithm>
#include <cstring>
#include <exception>
#include <memory>
#include <string_view>

namespace hookd::git {
namespace {

/// What one listing is made with. libgit2 carries it around as a plain pointer.
struct Listing {
    const Get& get;
    Error failure{};
    bool has_failed = false;
    std::exception_ptr thrown;  ///< nothing may be thrown through libgit2
};

// libgit2 knows its own part of these only; it is the first member, so that one's address is the
// other's.
struct Stream {
    ::git_smart_subtransport_stream base;
    std::string body;
    std::size_t at;
};

struct Transport {
    ::git_smart_subtransport base;
    Listing* listing;
};

int read_stream(::git_smart_subtransport_stream* base, char* buffer, std::size_t size,
                std::size_t* given) {
    auto* const stream = static_cast<Stream*>(static_cast<void*>(base));
    *given = std::min(size, stream->body.size() - stream->at);
    std::memcpy(buffer, stream->body.data() + stream->at, *given);
    stream->at += *given;
    return 0;
}

/// A listing asks once and says nothing more.
int write_stream(::git_smart_subtransport_stream*, const char*, std::size_t) {
    return -1;
}

void free_stream(::git_smart_subtransport_stream* base) {
    delete static_cast<Stream*>(static_cast<void*>(base));
}

int act(::git_smart_subtransport_stream** out, ::git_smart_subtransport* base, const char* url,
        ::git_smart_service_t service) {
    auto* const transport = static_cast<Transport*>(static_cast<void*>(base));
    Listing& listing = *transport->listing;
    if (service != GIT_SERVICE_UPLOADPACK_LS) {
        return -1;
    }
    try {
        auto body = listing.get(std::string(url) + "/info/refs?service=git-upload-pack");
        if (!body) {
            listing.failure = body.error();
            listing.has_failed = true;
            return -1;
        }
        auto* const stream =
            new Stream{{base, read_stream, write_stream, free_stream}, *std::move(body), 0};
        *out = &stream->base;
        return 0;
    } catch (...) {
        listing.thrown = std::current_exception();
        return -1;
    }
}

int close_transport(::git_smart_subtransport*) {
    return 0;
}

void free_transport(::git_smart_subtransport* base) {
    delete static_cast<Transport*>(static_cast<void*>(base));
}

int make_subtransport(::git_smart_subtransport** out, ::git_transport*, void* listing) {
    auto* const transport = new (std::nothrow)
        Transport{{act, close_transport, free_transport}, static_cast<Listing*>(listing)};
    if (transport == nullptr) {
        return -1;
    }
    *out = &transport->base;
    return 0;
}

int make_transport(::git_transport** out, ::git_remote* owner, void* listing) {
    ::git_smart_subtransport_definition definition{make_subtransport, 1, listing};
    return ::git_transport_smart(out, owner, &definition);
}

/// An annotated tag is shown twice, the second time with the commit behind it.
bool is_ref(std::string_view name) {
    return name.starts_with("refs/") && !name.ends_with("^{}");
}

Result<std::vector<RefPosition>> heads_of(::git_remote* remote) {
    const ::git_remote_head** heads = nullptr;
    std::size_t count = 0;
    if (const int status = ::git_remote_ls(&heads, &count, remote); status != 0) {
        return fail_git(status, "cannot list the remote's refs");
    }
    std::vector<RefPosition> refs;
    for (std::size_t i = 0; i < count; ++i) {
        if (is_ref(heads[i]->name)) {
            refs.push_back(
                {heads[i]->name, to_object_id(heads[i]->oid), heads[i]->symref_target != nullptr});
        }
    }
    std::sort(refs.begin(), refs.end(),
              [](const RefPosition& a, const RefPosition& b) { return a.name < b.name; });
    return refs;
}

}  // namespace

Result<std::vector<RefPosition>> list_remote(const std::string& url, const Get& get) {
    use_library();
    Listing listing{get, {}, false, nullptr};
    ::git_remote* made = nullptr;
    if (const int status = ::git_remote_create_detached(&made, url.c_str()); status != 0) {
        return fail_git(status, "cannot use the remote's URL");
    }
    const std::unique_ptr<::git_remote, decltype(&::git_remote_free)> remote(made,
                                                                             &::git_remote_free);
    ::git_remote_callbacks callbacks = GIT_REMOTE_CALLBACKS_INIT;
    callbacks.transport = make_transport;
    callbacks.payload = &listing;
    const int status =
        ::git_remote_connect(made, GIT_DIRECTION_FETCH, &callbacks, nullptr, nullptr);
    if (listing.thrown) {
        std::rethrow_exception(listing.thrown);
    }
    if (listing.has_failed) {
        return fail(listing.failure);
    }
    if (status != 0) {
        return fail_git(status, "cannot understand the remote");
    }
    return heads_of(made);
}

}  // namespace hookd::git
