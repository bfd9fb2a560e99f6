#include "core/model/ref_name.hpp"

#include "tests/support/catch.hpp"

using hookd::is_ref_name;

TEST_CASE("T024 what git takes as the name of a ref is taken, however odd") {
    const auto* const name = GENERATE(
        "refs/heads/main", "refs/x", "refs/heads/$(touch${IFS}x)", "refs/heads/;id", "refs/heads/`",
        "refs/heads/'\"|&", "refs/heads/<script>", "refs/heads/{a,b}", "refs/heads/%s%n",
        "refs/heads/\xFF\xFE", "refs/heads/\xE2\x80\xAEx", "refs/heads/HEAD",
        "refs/heads/--upload-pack=x", "refs/heads/@", "refs/heads/a.lockx", "refs/tags/v1.0");
    CAPTURE(name);
    CHECK(is_ref_name(name));
}

TEST_CASE("T032 what git does not take as the name of a ref is refused") {
    const auto* const name = GENERATE(
        "", "refs", "refs/", "HEAD", "main", "heads/main", "/refs/heads/main", "refs//main",
        "refs/heads/", "refs/heads/.main", "refs/heads/a/.b", "refs/heads/a..b", "refs/heads/a.",
        "refs/heads/a.lock", "refs/heads/a.lock/b", "refs/heads/a b", "refs/heads/a~1",
        "refs/heads/a^", "refs/heads/a:b", "refs/heads/a?", "refs/heads/a*", "refs/heads/[a",
        "refs/heads/a\\b", "refs/heads/a@{0}", "refs/heads/a\tb", "refs/heads/a\nb",
        "refs/heads/a\x7F", "refs/heads/../../config");
    CAPTURE(name);
    CHECK_FALSE(is_ref_name(name));
}

TEST_CASE("T032 a ref name with a zero byte is refused") {
    CHECK_FALSE(is_ref_name(std::string_view("refs/heads/a\0b", 14)));
}
