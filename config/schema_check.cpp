#include "config/schema_check.hpp"

#include "config/schema_explain.hpp"

#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

namespace hookd::config {

bool check_schema(const Node& root, std::string_view schema, Findings& findings) {
    const nlohmann::json rules = nlohmann::json::parse(schema);
    const nlohmann::json value = to_json(root);
    valijson::Schema compiled;
    valijson::SchemaParser(valijson::SchemaParser::kDraft7)
        .populateSchema(valijson::adapters::NlohmannJsonAdapter(rules), compiled);
    valijson::Validator validator;
    if (validator.validate(compiled, valijson::adapters::NlohmannJsonAdapter(value), nullptr)) {
        return true;
    }
    const std::size_t before = findings.size();
    explain_mismatch(root, rules, findings);
    if (findings.size() == before) {
        findings.add(root.at, "does not fit the schema");
    }
    return false;
}

}  // namespace hookd::config
