#include "config/schema_check.hpp"
#include "config/schemas.hpp"
#include "config/yaml_document.hpp"
#include "core/base/file.hpp"
#include "tests/support/catch.hpp"

#include <nlohmann/json.hpp>

#include <string>

using nlohmann::json;

namespace {

/// Every object schema must name its keys and refuse others, so that no misspelling passes.
void check_closed(const json& schema, const std::string& where) {
    INFO(where);
    if (schema.is_object() && schema.contains("properties") &&
        !(schema["properties"].is_object() && schema["properties"].contains("$ref"))) {
        REQUIRE(schema.contains("additionalProperties"));
        CHECK(schema["additionalProperties"] == false);
        if (schema.contains("x-planned")) {
            for (const json& planned : schema["x-planned"]) {
                CHECK_FALSE(schema["properties"].contains(planned.get<std::string>()));
            }
        }
        for (const json& required : schema.value("required", json::array())) {
            CHECK(schema["properties"].contains(required.get<std::string>()));
        }
    }
    if (schema.is_structured()) {
        for (const auto& [key, value] : schema.items()) {
            check_closed(value, where + "/" + key);
        }
    }
}

/// The validator and the words for people agree on whether a document fits.
bool fits(const std::string& text) {
    hookd::config::Findings findings("file.yaml");
    const auto node = hookd::config::read_yaml(text, findings);
    REQUIRE(node);
    static const hookd::config::SchemaCheck k_schema(hookd::config::repository_schema());
    const bool right = k_schema.check(*node, findings);
    CHECK(right == findings.empty());
    for (const auto& problem : findings.take()) {
        CHECK(problem.message != "does not fit the schema");
        CHECK(problem.line > 0);
    }
    return right;
}

}  // namespace

TEST_CASE("the schemas for editors are those that are checked") {
    const std::string folder = std::string(HOOKD_SOURCE_DIR) + "/config/schema/";
    CHECK(hookd::read_file(folder + "server.json") == hookd::config::server_schema());
    CHECK(hookd::read_file(folder + "repository.json") == hookd::config::repository_schema());
}

TEST_CASE("no part of a schema lets unknown keys pass") {
    check_closed(json::parse(hookd::config::server_schema()), "server");
    check_closed(json::parse(hookd::config::repository_schema()), "repository");
}

TEST_CASE("whatever the schema refuses is explained at a place") {
    const std::string right =
        "{repository: a, path: /a, webhook: {provider: github, secret: {env: A}}, defaults: "
        "{timeout: 5m, shell: [sh], env: {A: b}}, rules: [{name: r, on: {push: {branches: [a]}}, "
        "skippable: true, redelivery: rerun, actions: [{name: a, run: [x], needs: [], when: "
        "always}, {name: t, tag: "
        "{bump: minor}}, {name: d, deploy: {environment: e, to: {path: /x}, keep: 3}}]}]}";
    REQUIRE(fits(right));
    // Every value replaced by one of another type: each time both must say no, or both yes.
    for (const std::string part : {"repository: a",
                                   "path: /a",
                                   "provider: github",
                                   "secret: {env: A}",
                                   "env: A",
                                   "timeout: 5m",
                                   "shell: [sh]",
                                   "env: {A: b}",
                                   "A: b",
                                   "name: r",
                                   "push: {branches: [a]}",
                                   "branches: [a]",
                                   "skippable: true",
                                   "redelivery: rerun",
                                   "run: [x]",
                                   "needs: []",
                                   "when: always",
                                   "tag: {bump: minor}",
                                   "bump: minor",
                                   "environment: e",
                                   "to: {path: /x}",
                                   "path: /x",
                                   "keep: 3"}) {
        for (const char* other :
             {"5", "[]", "{}", "{zz: 1}", "true", "~", "\"\"", "[[1]]", "1.5"}) {
            std::string text = right;
            const std::size_t at = text.find(part);
            REQUIRE(at != std::string::npos);
            const std::size_t key = part.find(": ") + 2;
            text.replace(at + key, part.size() - key, other);
            INFO(text);
            static_cast<void>(fits(text));
        }
    }
}
