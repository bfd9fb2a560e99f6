#include "reconcile/differences.hpp"

#include "tests/support/catch.hpp"

using namespace hookd;
using namespace hookd::reconcile;

namespace {

std::string id(char digit) {
    return std::string(40, digit);
}

git::RefPosition at(const std::string& ref, char digit, bool is_symbolic = false) {
    return {ref, ObjectId::parse(id(digit)).value(), is_symbolic};
}

using Seen = std::vector<queue::RefSeen>;
using Refs = std::vector<git::RefPosition>;
using Found = std::vector<Difference>;

}  // namespace

TEST_CASE("T031 refs that moved, came and went are the differences") {
    const Seen seen{{"refs/heads/gone", id('1'), "hook"},
                    {"refs/heads/main", id('1'), "hook"},
                    {"refs/heads/same", id('1'), ""},
                    {"refs/heads/was-gone", id('0'), "github"}};
    const Refs refs{at("refs/heads/main", '2'), at("refs/heads/same", '1'),
                    at("refs/heads/was-gone", '3'), at("refs/tags/new", '4')};
    CHECK(differences(seen, refs, UnknownRefs::made_since) ==
          Found{{"refs/heads/main", id('1'), id('2'), "hook"},
                {"refs/heads/was-gone", id('0'), id('3'), "github"},
                {"refs/tags/new", id('0'), id('4'), ""},
                {"refs/heads/gone", id('1'), id('0'), "hook"}});
}

TEST_CASE("T031 at the first look refs that nobody told of are no differences") {
    const Seen seen{{"refs/heads/main", id('1'), "hook"}};
    const Refs refs{at("refs/heads/main", '2'), at("refs/heads/old", '3')};
    CHECK(differences(seen, refs, UnknownRefs::old) ==
          Found{{"refs/heads/main", id('1'), id('2'), "hook"}});
    CHECK(to_note(refs) == Seen{{"refs/heads/main", id('2'), ""}, {"refs/heads/old", id('3'), ""}});
}

TEST_CASE("symbolic refs and other namespaces are not compared") {
    const Seen seen{{"refs/notes/commits", id('1'), "hook"}, {"refs/heads/alias", id('1'), ""}};
    const Refs refs{at("refs/heads/alias", '2', true), at("refs/notes/commits", '2'),
                    at("refs/pull/1/head", '3')};
    CHECK(differences(seen, refs, UnknownRefs::made_since).empty());
    CHECK(to_note(refs).empty());
}

TEST_CASE("ids of 64 digits are compared with their own nothing") {
    const std::string long_id(64, 'a');
    const Refs refs{{"refs/heads/main", ObjectId::parse(long_id).value(), false}};
    CHECK(differences({}, refs, UnknownRefs::made_since) ==
          Found{{"refs/heads/main", std::string(64, '0'), long_id, ""}});
}
