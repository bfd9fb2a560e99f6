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
local parts = {}
local number = tonumber(os.getenv("BENCH_START"))
local hex = {}
for byte = 0, 255 do
    hex[byte] = string.format("%02x", byte)
end

local file = assert(io.open(os.getenv("BENCH_TEMPLATE"), "rb"))
local template = file:read("*a")
file:close()
for part in (template .. "@@COMMIT@@"):gmatch("(.-)@@COMMIT@@") do
    parts[#parts + 1] = part
end

local headers = {
    ["Content-Type"] = "application/json",
    ["User-Agent"] = "GitHub-Hookshot/bench",
    ["X-GitHub-Event"] = "push",
}
local signature = {}

function request()
    number = number + 1
    local body = table.concat(parts, string.format("%040x", number))
    crypto.HMAC(sha256, secret, #secret, body, #body, digest, nil)
    for i = 0, 31 do
        signature[i + 1] = hex[digest[i]]
    end
    headers["X-Hub-Signature-256"] = "sha256=" .. table.concat(signature)
    headers["X-GitHub-Delivery"] = string.format("00000000-0000-4000-8000-%012x", number)
    return wrk.format("POST", nil, headers, body)
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
