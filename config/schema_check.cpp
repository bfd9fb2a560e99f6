#include "config/schema_check.hpp"

#include "config/schema_explain.hpp"

#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

namespace hookd::config {

struct SchemaCheck::Compiled {
    explicit Compiled(std::string_view text) : rules(nlohmann::json::parse(text)) {
        valijson::SchemaParser(valijson::SchemaParser::kDraft7)
            .populateSchema(valijson::adapters::NlohmannJsonAdapter(rules), schema);
    }

    nlohmann::json rules;
    valijson::Schema schema;
};

SchemaCheck::SchemaCheck(std::string_view schema)
    : compiled_(std::make_unique<const Compiled>(schema)) {}

SchemaCheck::~SchemaCheck() = default;

bool SchemaCheck::check(const Node& root, Findings& findings) const {
    const nlohmann::json value = to_json(root);
    valijson::Validator validator;
    if (validator.validate(compiled_->schema, valijson::adapters::NlohmannJsonAdapter(value),
                           nullptr)) {
        return true;
    }
    const std::size_t before = findings.size();
    explain_mismatch(root, compiled_->rules, findings);
    if (findings.size() == before) {
        findings.add(root.at, "does not fit the schema");
    }
    return false;
}

}  // namespace hookd::config
