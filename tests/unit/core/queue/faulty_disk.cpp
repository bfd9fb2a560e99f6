#include "tests/unit/core/queue/faulty_disk.hpp"

#include <sqlite3.h>

#include <cstring>

namespace hookd::test {
namespace {

// SQLite's interface for file systems is C: what it calls has to find the disk here.
FaultyDisk* g_disk = nullptr;
sqlite3_vfs* g_real = nullptr;
sqlite3_vfs g_faulty{};
sqlite3_io_methods g_methods{};

/// A file as SQLite sees it; the real one lies behind it in the same memory.
struct File {
    sqlite3_file base;
    bool is_log;
};

sqlite3_file* real(sqlite3_file* file) {
    return reinterpret_cast<sqlite3_file*>(reinterpret_cast<File*>(file) + 1);
}

int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
    const int answer = g_disk->answer_write();
    return answer != SQLITE_OK ? answer
                               : real(file)->pMethods->xWrite(real(file), data, size, offset);
}

int sync(sqlite3_file* file, int flags) {
    const int answer = g_disk->answer_sync(reinterpret_cast<File*>(file)->is_log);
    return answer != SQLITE_OK ? answer : real(file)->pMethods->xSync(real(file), flags);
}

int open(sqlite3_vfs* /*vfs*/, const char* name, sqlite3_file* file, int flags, int* out_flags) {
    auto* ours = reinterpret_cast<File*>(file);
    ours->base.pMethods = nullptr;
    ours->is_log = (flags & SQLITE_OPEN_WAL) != 0;
    const int code = g_real->xOpen(g_real, name, real(file), flags, out_flags);
    if (real(file)->pMethods != nullptr) {
        ours->base.pMethods = &g_methods;
    }
    return code;
}

sqlite3_io_methods make_methods() {
    sqlite3_io_methods m{};
    m.iVersion = 2;
    m.xClose = [](sqlite3_file* f) { return real(f)->pMethods->xClose(real(f)); };
    m.xRead = [](sqlite3_file* f, void* data, int size, sqlite3_int64 offset) {
        return real(f)->pMethods->xRead(real(f), data, size, offset);
    };
    m.xWrite = write;
    m.xTruncate = [](sqlite3_file* f, sqlite3_int64 size) {
        return real(f)->pMethods->xTruncate(real(f), size);
    };
    m.xSync = sync;
    m.xFileSize = [](sqlite3_file* f, sqlite3_int64* size) {
        return real(f)->pMethods->xFileSize(real(f), size);
    };
    m.xLock = [](sqlite3_file* f, int lock) { return real(f)->pMethods->xLock(real(f), lock); };
    m.xUnlock = [](sqlite3_file* f, int lock) { return real(f)->pMethods->xUnlock(real(f), lock); };
    m.xCheckReservedLock = [](sqlite3_file* f, int* out) {
        return real(f)->pMethods->xCheckReservedLock(real(f), out);
    };
    m.xFileControl = [](sqlite3_file* f, int op, void* argument) {
        return real(f)->pMethods->xFileControl(real(f), op, argument);
    };
    m.xSectorSize = [](sqlite3_file* f) { return real(f)->pMethods->xSectorSize(real(f)); };
    m.xDeviceCharacteristics = [](sqlite3_file* f) {
        return real(f)->pMethods->xDeviceCharacteristics(real(f));
    };
    m.xShmMap = [](sqlite3_file* f, int page, int size, int extend, void volatile** out) {
        return real(f)->pMethods->xShmMap(real(f), page, size, extend, out);
    };
    m.xShmLock = [](sqlite3_file* f, int offset, int n, int flags) {
        return real(f)->pMethods->xShmLock(real(f), offset, n, flags);
    };
    m.xShmBarrier = [](sqlite3_file* f) { real(f)->pMethods->xShmBarrier(real(f)); };
    m.xShmUnmap = [](sqlite3_file* f, int remove) {
        return real(f)->pMethods->xShmUnmap(real(f), remove);
    };
    return m;
}

}  // namespace

FaultyDisk::FaultyDisk() {
    g_real = ::sqlite3_vfs_find(nullptr);
    g_disk = this;
    g_methods = make_methods();
    g_faulty = *g_real;
    g_faulty.pNext = nullptr;
    g_faulty.zName = "faulty";
    g_faulty.szOsFile = static_cast<int>(sizeof(File)) + g_real->szOsFile;
    g_faulty.xOpen = open;
    ::sqlite3_vfs_register(&g_faulty, 1);
}

FaultyDisk::~FaultyDisk() {
    ::sqlite3_vfs_unregister(&g_faulty);
    ::sqlite3_vfs_register(g_real, 1);
    g_disk = nullptr;
}

int FaultyDisk::answer_write() {
    if (full_) {
        return SQLITE_FULL;
    }
    return --calls_left_ <= 0 ? SQLITE_IOERR_WRITE : SQLITE_OK;
}

int FaultyDisk::answer_sync(bool is_log) {
    log_syncs_ += is_log ? 1 : 0;
    if (sync_fails_.exchange(false)) {
        return SQLITE_IOERR_FSYNC;
    }
    return --calls_left_ <= 0 ? SQLITE_IOERR_FSYNC : SQLITE_OK;
}

}  // namespace hookd::test
