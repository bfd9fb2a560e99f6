#include "core/queue/sqlite/store.hpp"

#include "core/base/file.hpp"
#include "core/queue/sqlite/schema.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

namespace hookd::queue::sqlite {
namespace {

using std::filesystem::path;

std::string quoted(const path& file) {
    return "\"" + file.string() + "\"";
}

constexpr int k_busy_ms = 5000;

path beside(const path& file, const char* suffix) {
    return file.string() + suffix;
}

/// Size of the file; nothing where there is none.
std::optional<std::int64_t> size_of(const path& file) {
    struct ::stat status {};
    return ::stat(file.c_str(), &status) == 0 ? std::optional(std::int64_t{status.st_size})
                                              : std::nullopt;
}

path folder_of(const path& file) {
    return file.has_parent_path() ? file.parent_path() : ".";
}

Status check_folder(const path& file) {
    struct ::statfs status {};
    if (::statfs(folder_of(file).c_str(), &status) != 0) {
        return fail_errno("cannot use the folder of " + quoted(file));
    }
    if (const auto name = network_file_system(static_cast<long>(status.f_type))) {
        return fail(ErrorCode::invalid, quoted(file) + " lies on a network file system (" +
                                            std::string(*name) +
                                            "), where it would be damaged: use a local disk");
    }
    return {};
}

/// The lock is a file of its own: closing any other handle on the database would drop SQLite's.
Result<Fd> lock_beside(const path& file) {
    const path name = beside(file, ".lock");
    Fd lock(::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!lock.is_open()) {
        return fail_errno("cannot open " + quoted(name));
    }
    if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK) {
            return fail(ErrorCode::unavailable,
                        quoted(file) + " is in use by another hookd: stop that one first");
        }
        return fail_errno("cannot lock " + quoted(name));
    }
    return lock;
}

/// Makes the database under another name and renames it: whoever finds the file finds it whole.
Status create(const path& file) {
    if (size_of(beside(file, "-wal")).value_or(0) > 0) {
        return fail(ErrorCode::invalid, quoted(beside(file, "-wal")) +
                                            " is there without its database: put both back, or "
                                            "move it away to start anew");
    }
    const path draft = beside(file, ".new");
    for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
        ::unlink(beside(draft, suffix).c_str());
    }
    {
        // Private from its first byte; SQLite gives the files beside it the same mode.
        const Fd made(::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
        if (!made.is_open()) {
            return fail_errno("cannot create " + quoted(draft));
        }
    }
    {
        auto db = Connection::open(draft, Connection::Access::create);
        if (!db) {
            return fail(db.error());
        }
        if (auto made = create_schema(**db); !made) {
            return fail(made.error().in("cannot create " + quoted(file)));
        }
    }
    if (::rename(draft.c_str(), file.c_str()) != 0) {
        return fail_errno("cannot rename to " + quoted(file));
    }
    return sync_folder(folder_of(file));
}

Status find_or_create(const SqliteOptions& options) {
    const auto size = size_of(options.file);
    if (!size) {
        return options.mode == OpenMode::create_if_missing
                   ? create(options.file)
                   : Status(
                         fail(ErrorCode::not_found,
                              "there is no database " + quoted(options.file) +
                                  ": \"hookctl init\" makes one; if there was one, put it back"));
    }
    if (*size == 0) {
        return fail(ErrorCode::invalid,
                    quoted(options.file) +
                        " is empty, which a database of hookd never is: put a backup in its place, "
                        "or remove it to start anew");
    }
    return {};
}

Result<std::unique_ptr<Connection>> open_for_writing(const path& file) {
    auto db = Connection::open(file, Connection::Access::write);
    if (!db) {
        return db;
    }
    Connection& writer = **db;
    ::sqlite3_busy_timeout(writer.raw(), k_busy_ms);
    writer.run("PRAGMA journal_mode = WAL");
    writer.run("PRAGMA synchronous = FULL");
    writer.run("PRAGMA journal_size_limit = 67108864");
    writer.run("PRAGMA temp_store = MEMORY");
    writer.use_page_cache(Connection::PageCache::wide);
    if (writer.failure()) {
        return fail(to_error(*writer.failure()).in(quoted(file)));
    }
    return db;
}

/// A connection that only moves pages; it has no use for a cache of them.
Result<std::unique_ptr<Connection>> open_mover(const path& file) {
    auto db = Connection::open(file, Connection::Access::write);
    if (db) {
        (*db)->run("PRAGMA cache_size = 0");
        // Until it has read, it does not know of a log.
        static_cast<void>((*db)->find("SELECT epoch FROM store"));
        if ((*db)->failure()) {
            return fail(to_error(*(*db)->failure()).in(quoted(file)));
        }
    }
    return db;
}

Result<OpenedWriter> start_writing(const path& file, std::unique_ptr<Connection> db, Sql mark,
                                   std::initializer_list<Value> values) {
    const auto epoch = db->find(mark, values);
    if (db->failure()) {
        return fail(to_error(*db->failure()));
    }
    if (!epoch) {
        return fail(ErrorCode::unavailable,
                    "another hookd has opened this database for writing: stop one of them");
    }
    auto mover = open_mover(file);
    if (!mover) {
        return fail(mover.error());
    }
    return OpenedWriter{std::move(db), *epoch, *std::move(mover)};
}

}  // namespace

Result<Store> Store::open(const SqliteOptions& options) {
    if (auto usable = check_folder(options.file); !usable) {
        return fail(usable.error());
    }
    if (!size_of(options.file) && options.mode == OpenMode::existing) {
        return fail(find_or_create(options).error());
    }
    auto lock = lock_beside(options.file);
    if (!lock) {
        return fail(lock.error());
    }
    if (auto found = find_or_create(options); !found) {
        return fail(found.error());
    }
    Store store(options.file, *std::move(lock));
    auto db = Connection::open(options.file, Connection::Access::write);
    if (!db) {
        return fail(ErrorCode::invalid, db.error().message);
    }
    // Until it is known to be ours, it is left as it is.
    ::sqlite3_db_config((*db)->raw(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    if (auto ours = check_schema(**db, options.file); !ours) {
        return fail(ours.error());
    }
    return store;
}

Result<OpenedWriter> Store::connect_writer() const {
    auto db = open_for_writing(file_);
    return db ? start_writing(file_, *std::move(db),
                              "UPDATE store SET epoch = epoch + 1, "
                              "openings = openings + 1 RETURNING epoch",
                              {})
              : Result<OpenedWriter>(fail(db.error()));
}

Result<OpenedWriter> Store::reconnect_writer(std::int64_t epoch) const {
    auto db = open_for_writing(file_);
    if (!db) {
        return fail(db.error());
    }
    if (auto whole = check_schema(**db, file_); !whole) {
        return fail(whole.error());
    }
    // The epoch stays: an opening that fails halfway may yet reach the disk, and must not then
    // look like somebody else's.
    return start_writing(
        file_, *std::move(db),
        "UPDATE store SET openings = openings + 1 WHERE epoch = ?1 RETURNING epoch", {epoch});
}

Result<std::unique_ptr<Connection>> Store::connect_reader() const {
    auto db = Connection::open(file_, Connection::Access::read);
    if (db) {
        ::sqlite3_busy_timeout((*db)->raw(), 1000);
        (*db)->run("PRAGMA query_only = 1");
        (*db)->run("PRAGMA temp_store = MEMORY");
        (*db)->run("PRAGMA cache_size = -1024");
        if ((*db)->failure()) {
            return fail(to_error(*(*db)->failure()));
        }
    }
    return db;
}

std::optional<std::string_view> network_file_system(long magic) {
    // **Source:** linux/magic.h and statfs(2).
    constexpr std::array<std::pair<long, std::string_view>, 12> k_known = {{
        {0x6969, "NFS"},
        {0x517B, "SMB"},
        {0xFF534D42, "CIFS"},
        {0xFE534D42, "SMB2"},
        {0x5346414F, "AFS"},
        {0x6B414653, "AFS"},
        {0x73757245, "Coda"},
        {0x01021997, "9P"},
        {0x00C36400, "Ceph"},
        {0x0BD00BD0, "Lustre"},
        {0x01161970, "GFS2"},
        {0x7461636F, "OCFS2"},
    }};
    // The number is 32 bits wide; some machines hand it out with its sign extended.
    const long wanted = static_cast<long>(static_cast<std::uint32_t>(magic));
    for (const auto& [number, name] : k_known) {
        if (number == wanted) {
            return name;
        }
    }
    return std::nullopt;
}

}  // namespace hookd::queue::sqlite
