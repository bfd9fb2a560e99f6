#include "core/queue/sqlite/packed_body.hpp"

#include "tests/support/catch.hpp"

#include <random>

using hookd::queue::sqlite::PackedBody;
using hookd::queue::sqlite::unpack;

namespace {

std::string repeated(std::size_t size) {
    std::string text;
    while (text.size() < size) {
        text += R"({"url":"https://forge.example/api/v3/repos/acme/shop/commits"},)";
    }
    text.resize(size);
    return text;
}

std::string random_bytes(std::size_t size) {
    std::mt19937 random(1);
    std::string bytes(size, '\0');
    for (char& byte : bytes) {
        byte = static_cast<char>(random());
    }
    return bytes;
}

}  // namespace

TEST_CASE("a body is the same again after packing, and JSON takes less") {
    for (const std::size_t size : {500U, 8'000U, 100'000U, 1U << 20U}) {
        const std::string body = repeated(size);
        const PackedBody packed(body);
        CHECK(packed.size_before() == static_cast<std::int64_t>(size));
        CHECK(packed.bytes().size() < size / 2);
        CHECK(unpack(packed.bytes(), *packed.size_before()) == body);
    }
}

TEST_CASE("what packing does not make smaller stays as it came") {
    for (const std::string& body : {std::string{}, std::string("{}"), random_bytes(10'000)}) {
        const PackedBody packed(body);
        CHECK_FALSE(packed.size_before());
        CHECK(packed.bytes() == body);
    }
    const std::string large = repeated(PackedBody::k_largest + 1);
    CHECK_FALSE(PackedBody(large).size_before());
}

TEST_CASE("a damaged block is no body, and nothing outside it is read or written") {
    const std::string body = repeated(5000);
    const std::string block(PackedBody(body).bytes());
    CHECK_FALSE(unpack(block, 4999));
    CHECK_FALSE(unpack(block, 5001));
    CHECK_FALSE(unpack(block, -1));
    CHECK_FALSE(unpack(block, std::int64_t{1} << 40));
    CHECK_FALSE(unpack(block.substr(0, block.size() / 2), 5000));
    CHECK_FALSE(unpack(random_bytes(200), 5000));
}
