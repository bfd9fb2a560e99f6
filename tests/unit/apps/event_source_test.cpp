#include "apps/hookctl/event_source.hpp"

#include "tests/support/catch.hpp"

#include <vector>

namespace hookd::hookctl {
namespace {

struct Seen {
    std::string id;
    std::string type;
    std::string data;
    bool operator==(const Seen&) const = default;
};

/// What comes of `text` when it arrives in parts of `size` bytes.
std::vector<Seen> parse(const std::string& text, std::size_t size) {
    EventSourceParser parser;
    std::vector<Seen> seen;
    for (std::size_t at = 0; at < text.size(); at += size) {
        const bool goes_on =
            parser.feed(std::string_view(text).substr(at, size), [&](const ServerSentEvent& event) {
                seen.push_back({event.id, event.type, event.data});
                return true;
            });
        CHECK(goes_on);
    }
    return seen;
}

TEST_CASE("events are the same however the stream is cut into parts") {
    const std::string stream =
        ": a comment\n\nid: 5\ndata: one\n\nid: 9\nevent: end\ndata:two\ndata: three\n\n"
        "data: not ended yet\n";
    const std::vector<Seen> expected = {{"5", "", "one"}, {"9", "end", "two\nthree"}};
    for (std::size_t size = 1; size <= stream.size(); ++size) {
        INFO(size);
        CHECK(parse(stream, size) == expected);
    }
}

TEST_CASE("the last id stays until another one comes") {
    CHECK(parse("id: 5\ndata: a\n\ndata: b\n\n", 100) ==
          std::vector<Seen>{{"5", "", "a"}, {"5", "", "b"}});
}

TEST_CASE("who has seen enough ends it") {
    EventSourceParser parser;
    int count = 0;
    CHECK_FALSE(parser.feed("data: a\n\ndata: b\n\n", [&count](const ServerSentEvent&) {
        ++count;
        return false;
    }));
    CHECK(count == 1);
}

}  // namespace
}  // namespace hookd::hookctl
