#include "webhook/form.hpp"

#include "tests/support/catch.hpp"

using hookd::webhook::form_field;

TEST_CASE("a form's field is decoded") {
    CHECK(form_field("payload=%7B%22a%22%3A+%22b%2Bc%22%7D", "payload").value() ==
          R"({"a": "b+c"})");
    CHECK(form_field("a=1&payload=x%26y&b=2", "payload").value() == "x&y");
    CHECK(form_field("payload=a=b", "payload").value() == "a=b");
    CHECK(form_field("payload=", "payload").value().empty());
    CHECK(form_field("payload", "payload").value().empty());
    CHECK(form_field("p%61yload=1", "payload").value() == "1");
    CHECK(form_field("&&payload=%c3%A4&", "payload").value() == "\xC3\xA4");
    CHECK(form_field("payload=%00", "payload").value() == std::string(1, '\0'));
}

TEST_CASE("T017 a form without the field, with two of it or with a broken escape is refused") {
    for (const char* form : {"", "&", "other=1", "payloads=1", "Payload=1", "=payload",
                             "payload=1&payload=1", "payload=1&p%61yload=2", "payload=%",
                             "payload=%4", "payload=%zz", "payload=%4g", "payload=a%"}) {
        INFO(form);
        CHECK_FALSE(form_field(form, "payload"));
    }
}
