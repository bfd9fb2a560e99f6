#include "core/model/names.hpp"

#include "tests/support/catch.hpp"

#include <string>

using namespace hookd;
using namespace std::string_literals;

TEST_CASE("names of repositories as people write them are taken byte for byte") {
    for (const auto* good :
         {"shop", "acme/shop", "acme/team/shop", "a", "A1", "x_y.z~1+2-3", "acme/shop.git",
          "_hidden/x", "~ann/shop", "a/b.lockx", "acme/lock", "acme/.github"}) {
        CAPTURE(good);
        const auto name = RepositoryName::parse(good);
        REQUIRE(name);
        CHECK(name->text() == good);
    }
    CHECK(RepositoryName::parse("Acme/shop") != RepositoryName::parse("acme/shop"));
    CHECK(RepositoryName::parse(std::string(255, 'a')));
}

TEST_CASE("T026 a name never leads anywhere but to itself") {
    for (const std::string& bad : {""s,
                                   "/"s,
                                   "/shop"s,
                                   "shop/"s,
                                   "a//b"s,
                                   "."s,
                                   ".."s,
                                   "../shop"s,
                                   "acme/../shop"s,
                                   "acme/.."s,
                                   "acme/./shop"s,
                                   ".git"s,
                                   "acme/.git"s,
                                   "-rf"s,
                                   "acme/--upload-pack=x"s,
                                   "shop."s,
                                   "acme./shop"s,
                                   "shop.lock"s,
                                   "shop.lock/x"s,
                                   "a b"s,
                                   "a\tb"s,
                                   "a\nb"s,
                                   "a\\b"s,
                                   "a%2fb"s,
                                   "a:b"s,
                                   "C:/x"s,
                                   "a*"s,
                                   "$(x)"s,
                                   "a;b"s,
                                   "a'b"s,
                                   "a\"b"s,
                                   "a@b"s,
                                   "a#b"s,
                                   "caf\xC3\xA9"s,
                                   "\xFF"s,
                                   "a\0b"s,
                                   "shop\0"s,
                                   std::string(256, 'a')}) {
        CAPTURE(bad);
        const auto name = RepositoryName::parse(bad);
        REQUIRE_FALSE(name);
        CHECK(name.error().code == ErrorCode::invalid);
        CHECK(name.error().message.size() < 600);
        CHECK(name.error().message.find('\n') == std::string::npos);
    }
}

TEST_CASE("an object id is 40 or 64 small hex digits") {
    const std::string sha1(40, 'a');
    const std::string sha256(64, '9');
    CHECK(ObjectId::parse(sha1)->text() == sha1);
    CHECK(ObjectId::parse(sha256)->text() == sha256);
    CHECK(ObjectId::parse(sha1)->short_text() == "aaaaaaaaaa");
    for (const std::string& bad :
         {""s, std::string(39, 'a'), std::string(41, 'a'), std::string(63, 'a'),
          std::string(65, 'a'), std::string(40, 'A'), std::string(39, 'a') + "g",
          " " + std::string(39, 'a'), std::string(39, 'a') + "\n", std::string(39, 'a') + '\0',
          "--output=" + std::string(31, 'a'), std::string(100000, 'a')}) {
        const auto id = ObjectId::parse(bad);
        REQUIRE_FALSE(id);
        CHECK(id.error().code == ErrorCode::invalid);
        CHECK(id.error().message.size() < 300);
    }
}

TEST_CASE("an id of zeros says that there is none") {
    CHECK(ObjectId::parse(std::string(40, '0'))->is_zero());
    CHECK(ObjectId::parse(std::string(64, '0'))->is_zero());
    CHECK(ObjectId().is_zero());
    CHECK_FALSE(ObjectId::parse(std::string(39, '0') + "1")->is_zero());
    CHECK_FALSE(ObjectId::parse("1" + std::string(39, '0'))->is_zero());
}

TEST_CASE("a ref is a branch or a tag by its full name only") {
    CHECK(branch_of("refs/heads/main") == "main");
    CHECK(branch_of("refs/heads/release/1.0") == "release/1.0");
    CHECK(branch_of("refs/heads/refs/heads/x") == "refs/heads/x");
    CHECK(branch_of("refs/heads/\xFF\xFE") == "\xFF\xFE");
    CHECK(tag_of("refs/tags/v1") == "v1");
    for (const auto* other : {"", "main", "refs/heads", "refs/heads/", "heads/main", "refs/tags/v1",
                              "refs/notes/x", "refs/headsx/main", "/refs/heads/main", "HEAD"}) {
        CHECK(branch_of(other).empty());
    }
    for (const auto* other : {"", "v1", "refs/tags/", "refs/heads/v1", "tags/v1", "REFS/TAGS/v1"}) {
        CHECK(tag_of(other).empty());
    }
}
