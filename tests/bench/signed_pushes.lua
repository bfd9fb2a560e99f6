-- For wrk: every request is a GitHub push with its own delivery id and its own commit, rightly
-- signed. The body is a template in which @@COMMIT@@ stands for the commit's id.
--
--   BENCH_TEMPLATE=FILE BENCH_SECRET=TEXT BENCH_START=N BENCH_RESULT=FILE \
--       wrk -t1 ... -s signed_pushes.lua URL
--
-- Commits are numbered from BENCH_START, so that two runs share none. One thread only.

local ffi = require("ffi")
ffi.cdef [[
const void *EVP_sha256(void);
unsigned char *HMAC(const void *evp_md, const void *key, int key_len,
                    const unsigned char *data, size_t n, unsigned char *md, unsigned int *md_len);
]]
local found, crypto = pcall(ffi.load, "libcrypto.so.3")
if not found then
    crypto = ffi.load("crypto")
end

local secret = os.getenv("BENCH_SECRET")
local sha256 = crypto.EVP_sha256()
local digest = ffi.new("unsigned char[32]")
local number = tonumber(os.getenv("BENCH_START"))
local digits = ffi.new("unsigned char[16]", "0123456789abcdef")

-- The load shares two cores with what it measures, so it should cost little itself: the request
-- is made once, and then only what differs is written into it.
local commit_mark = ("@@COMMIT@@"):rep(4)  -- as long as an id
local signature_mark = ("s"):rep(64)
local delivery_mark = "dddddddd-dddd-4ddd-8ddd-dddddddddddd"
local bytes, size, body, body_size, signature, delivery
local commits = {}

local function place(text, mark)
    return bytes + assert(text:find(mark, 1, true), "no " .. mark) - 1
end

function init()
    local file = assert(io.open(os.getenv("BENCH_TEMPLATE"), "rb"))
    local template = file:read("*a"):gsub("@@COMMIT@@", commit_mark)
    file:close()
    local text = wrk.format("POST", nil, {
        ["Content-Type"] = "application/json",
        ["User-Agent"] = "GitHub-Hookshot/bench",
        ["X-GitHub-Event"] = "push",
        ["X-GitHub-Delivery"] = delivery_mark,
        ["X-Hub-Signature-256"] = "sha256=" .. signature_mark,
    }, template)
    size = #text
    bytes = ffi.new("unsigned char[?]", size)
    ffi.copy(bytes, text, size)
    body_size = #template
    body = bytes + size - body_size
    signature = place(text, signature_mark)
    delivery = place(text, delivery_mark)
    local from = 1
    while true do
        local start, stop = text:find(commit_mark, from, true)
        if not start then
            break
        end
        commits[#commits + 1] = bytes + start - 1
        from = stop + 1
    end
    for _, commit in ipairs(commits) do
        ffi.fill(commit, 40, string.byte("0"))
    end
end

function request()
    number = number + 1
    local id = string.format("%016x", number)
    for i = 1, #commits do
        ffi.copy(commits[i] + 24, id, 16)
    end
    crypto.HMAC(sha256, secret, #secret, body, body_size, digest, nil)
    for i = 0, 31 do
        signature[2 * i] = digits[bit.rshift(digest[i], 4)]
        signature[2 * i + 1] = digits[bit.band(digest[i], 15)]
    end
    -- As random as those of the forge.
    ffi.copy(delivery, signature, 8)
    ffi.copy(delivery + 24, signature + 8, 12)
    return ffi.string(bytes, size)
end

function done(summary, latency, requests)
    local result = assert(io.open(os.getenv("BENCH_RESULT"), "w"))
    local errors = summary.errors
    result:write(string.format(
        '{"requests": %d, "seconds": %.6f, "refused": %d, "broken": %d, "p50_ms": %.3f, '
            .. '"p99_ms": %.3f, "max_ms": %.3f}\n',
        summary.requests, summary.duration / 1e6, errors.status,
        errors.connect + errors.read + errors.write + errors.timeout,
        latency:percentile(50) / 1000, latency:percentile(99) / 1000, latency.max / 1000))
    result:close()
end
