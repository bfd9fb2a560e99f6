#pragma once

#include "hooks/spool_record.hpp"

#include <string>

namespace hookd::test {

inline ObjectId object(char digit, std::size_t digits = 40) {
    return ObjectId::parse(std::string(digits, digit)).value();
}

/// A push of two refs with everything that a record can hold, hostile bytes included.
inline hooks::SpoolRecord sample_record() {
    hooks::SpoolRecord record;
    record.id = "01JDA0V5T1M3W9T7C1N6Z4Q8RB";
    record.repository = "/srv/git/acme shop\n%41.git";
    record.time = WallTime(Milliseconds(1795427001250));
    record.uid = 1001;
    record.hints = {{"GL_USER", "ann"}, {"REMOTE_USER", "ann smith\r\nupdate x"}};
    record.push_options = {"ci.skip", "", "note=two\nlines \xFF"};
    record.push_options_dropped = 3;
    record.updates = {
        {EventId("01JDA0V5T1M3W9T7C1N6Z4Q8RC"), object('0'), object('a'),
         "refs/heads/$(touch${IFS}x)"},
        {EventId("01JDA0V5T1M3W9T7C1N6Z4Q8RD"), object('b', 64), object('0', 64),
         "refs/tags/\xFF\xFE;`id`"},
    };
    return record;
}

}  // namespace hookd::test
