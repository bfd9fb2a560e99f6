#include "core/base/base64.hpp"

#include "tests/support/catch.hpp"

#include <string>

using namespace hookd;

TEST_CASE("the examples of RFC 4648 hold both ways") {
    const std::pair<std::string, std::string> examples[] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
    };
    for (const auto& [bytes, text] : examples) {
        CHECK(to_base64(bytes) == text);
        CHECK(from_base64(text) == bytes);
    }
}

TEST_CASE("every byte value survives at every position") {
    std::string all;
    for (int i = 0; i < 256; ++i) {
        all += static_cast<char>(i);
    }
    for (std::size_t cut = 0; cut < 4; ++cut) {
        const std::string bytes = all.substr(cut);
        CHECK(from_base64(to_base64(bytes)) == bytes);
    }
    CHECK(to_base64("\xFB\xFF\xFE") == "+//+");
}

TEST_CASE("only the one right form is read") {
    for (const auto* bad : {
             "Zg",        // no padding
             "Zg=",       //
             "Zg===",     //
             "Z===",      //
             "=",         //
             "====",      //
             "Zg==Zg==",  // padding inside
             "Z=g=",      //
             "=Zg=",      //
             "Zh==",      // left-over bits: would decode as "f" too
             "Zm9=",      //
             "Zm9v\n",    //
             " Zm9v",     //
             "Zm9v    ",  //
             "-__-",      // the URL alphabet
             "Zm9*",      //
         }) {
        CAPTURE(bad);
        CHECK_FALSE(from_base64(bad));
    }
    CHECK_FALSE(from_base64(std::string("Zm9\0", 4)));
}
