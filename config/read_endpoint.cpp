#include "config/read_endpoint.hpp"

#include "config/end_time.hpp"
#include "config/message.hpp"
#include "config/read_catch_up.hpp"
#include "config/read_common.hpp"
#include "config/read_generic.hpp"
#include "config/read_secret.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace hookd::config {
namespace {

/// Providers that always send JSON itself.
constexpr std::array<std::string_view, 5> k_send_no_forms = {
    "gitlab", "bitbucket", "bitbucket-server", "standard", "generic"};

std::optional<EndpointSecret> read_one(const Node& source, Findings& findings) {
    std::optional<WallTime> until;
    if (const Node* node = source.find("until")) {
        if (node->text() == nullptr || node->text()->empty()) {
            return std::nullopt;  // the schema says so
        }
        const auto end = parse_end_time(*node->text());
        if (!end) {
            findings.add(node->at, end.error().message);
            return std::nullopt;
        }
        until = *end;
    }
    auto secret = read_secret(source, findings.file().parent_path(), findings);
    return secret ? std::optional(EndpointSecret{std::move(*secret), until}) : std::nullopt;
}

/// What all secrets of an endpoint say together. **Source:** threats.md T009.
void check_secrets(const std::vector<EndpointSecret>& secrets, Position at, Findings& findings) {
    const auto ending =
        std::count_if(secrets.begin(), secrets.end(),
                      [](const EndpointSecret& secret) { return secret.until.has_value(); });
    if (ending == static_cast<std::ptrdiff_t>(secrets.size())) {
        findings.add(at,
                     secrets.size() == 1
                         ? "the only secret has an end, and after it nobody could send: leave "
                           "\"until\" out, or name the secret that comes after it, too"
                         : "both secrets have an end, and after it nobody could send: the new one "
                           "must have no \"until\"");
    } else if (secrets.size() > 1 && ending == 0) {
        findings.add(at,
                     "neither of the two secrets has an end: the old one must have \"until\", such "
                     "as until: 2026-12-31");
    } else if (secrets.size() > 1 && secrets[0].value.reveal() == secrets[1].value.reveal()) {
        findings.add(at, "both secrets are the same one, so that its end would change nothing");
    }
}

std::vector<EndpointSecret> read_endpoint_secrets(const Node& node, Findings& findings) {
    std::vector<EndpointSecret> secrets;
    std::size_t named = 1;
    const auto add = [&](const Node& source) {
        if (auto secret = read_one(source, findings)) {
            secrets.push_back(std::move(*secret));
        }
    };
    if (node.list() == nullptr) {
        add(node);
    } else {
        named = node.list()->size();
        for (const Node& source : *node.list()) {
            add(source);
        }
    }
    // Of one that could not be read it is not known how it fits the other.
    constexpr std::size_t k_most = 2;  // of more the schema says so
    if (!secrets.empty() && secrets.size() == named && named <= k_most) {
        check_secrets(secrets, node.at, findings);
    }
    return secrets;
}

std::optional<RateLimit> read_rate(const Node& node) {
    const auto number = [&node](std::string_view key) -> std::optional<std::uint32_t> {
        const Node* value = node.find(key);
        constexpr std::int64_t k_most = 1'000'000;
        if (value == nullptr || value->integer() == nullptr || *value->integer() < 1 ||
            *value->integer() > k_most) {
            return std::nullopt;  // the schema says so
        }
        return static_cast<std::uint32_t>(*value->integer());
    };
    const auto per_minute = number("per_minute");
    if (!per_minute) {
        return std::nullopt;
    }
    return RateLimit{*per_minute, number("burst").value_or(*per_minute)};
}

std::vector<BodyForm> read_content(const Node& node, const std::string& provider,
                                   Findings& findings) {
    std::vector<BodyForm> content;
    for (const Node* form : find_texts(node, "content")) {
        const BodyForm kind = *form->text() == "form" ? BodyForm::form : BodyForm::json;
        const bool is_sent = kind == BodyForm::json ||
                             std::find(k_send_no_forms.begin(), k_send_no_forms.end(), provider) ==
                                 k_send_no_forms.end();
        if (!is_sent) {
            findings.add(form->at, quote(provider) + " sends no forms: leave \"form\" out");
        }
        content.push_back(kind);
    }
    return content;
}

LegacySha1 read_legacy_sha1(const Node& node, const std::string& provider, Findings& findings) {
    const Node* legacy = node.find("legacy_sha1");
    if (legacy == nullptr || legacy->boolean() == nullptr || !*legacy->boolean()) {
        return LegacySha1::no;
    }
    if (provider != "github") {
        findings.add(legacy->at,
                     "\"legacy_sha1\" is for the provider \"github\" only, which used to "
                     "sign with SHA-1: leave it out");
    }
    return LegacySha1::yes;
}

}  // namespace

PlacedEndpoint read_endpoint(const Node& node, Findings& findings) {
    PlacedEndpoint placed{{}, node.at, {}};
    Endpoint& endpoint = placed.endpoint;
    if (const std::string* provider = find_text(node, "provider")) {
        endpoint.provider = *provider;
    }
    if (const Node* secret = node.find("secret")) {
        endpoint.secrets = read_endpoint_secrets(*secret, findings);
    }
    endpoint.catch_up = read_catch_up(node, findings);
    endpoint.peers = read_networks(node, "peers", UnixPeers::no, findings);
    if (const Node* rate = node.find("rate")) {
        endpoint.rate = read_rate(*rate);
    }
    endpoint.body_bytes = read_size(node, "body", findings);
    if (endpoint.body_bytes) {
        placed.body_at = node.find("body")->at;
    }
    endpoint.content = read_content(node, endpoint.provider, findings);
    endpoint.legacy_sha1 = read_legacy_sha1(node, endpoint.provider, findings);
    read_generic(node, endpoint, findings);
    return placed;
}

}  // namespace hookd::config
