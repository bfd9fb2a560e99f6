#include "webhook/generic_proof.hpp"

#include <optional>
#include <string>
#include <variant>

namespace hookd::webhook {
namespace {

using config::SignatureHeader;
using config::TokenHeader;

/// What stands behind the prefix in the one header of that name; nothing where it is not there so.
std::optional<std::string_view> value_behind(const http::Headers& headers, std::string_view header,
                                             std::string_view prefix) {
    const auto value = headers.only(header);
    return value && value->starts_with(prefix) ? std::optional(value->substr(prefix.size()))
                                               : std::nullopt;
}

Hash hash_of(const SignatureHeader& signature) {
    switch (signature.hash) {
        case config::SignatureHash::sha512:
            return Hash::sha512;
        case config::SignatureHash::sha1:
            return Hash::sha1;
        case config::SignatureHash::sha256:
            break;
    }
    return Hash::sha256;
}

std::optional<Digest> claimed_digest(const SignatureHeader& signature,
                                     const http::Headers& headers) {
    const auto text = value_behind(headers, signature.header, signature.prefix);
    if (!text) {
        return std::nullopt;
    }
    return signature.text == config::SignatureText::hex
               ? digest_from_hex(*text, hash_of(signature))
               : digest_from_base64(*text, hash_of(signature));
}

}  // namespace

Hash hash_of(const config::SenderProof& proof) {
    const auto* const signature = std::get_if<SignatureHeader>(&proof);
    return signature != nullptr ? hash_of(*signature) : Hash::sha256;
}

bool has_proof(const config::SenderProof& proof, const http::Headers& headers) {
    if (const auto* const signature = std::get_if<SignatureHeader>(&proof)) {
        return claimed_digest(*signature, headers).has_value();
    }
    const auto& token = std::get<TokenHeader>(proof);
    return !value_behind(headers, token.header, token.prefix).value_or("").empty();
}

Verdict verify_proof(const config::SenderProof& proof, const http::Headers& headers,
                     const SignedText& body, std::span<const Key> keys) {
    if (const auto* const signature = std::get_if<SignatureHeader>(&proof)) {
        return verify_digest(keys, body, claimed_digest(*signature, headers));
    }
    const auto& token = std::get<TokenHeader>(proof);
    const std::string_view sent = value_behind(headers, token.header, token.prefix).value_or("");
    bool found = false;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        static_cast<void>(body.sign(keys, i));
        const bool same = keys[i].is_secret(sent);
        found = found || same;
    }
    return found ? Verdict::right : Verdict::wrong;
}

Status add_proof(const config::SenderProof& proof, std::string_view secret, std::string_view body,
                 http::Headers& headers) {
    const auto key = Key::make(secret, KeyForm::raw, hash_of(proof));
    if (!key) {
        return fail(key.error());
    }
    if (const auto* const signature = std::get_if<SignatureHeader>(&proof)) {
        const Digest digest = key->sign({body});
        headers.add(signature->header,
                    signature->prefix + (signature->text == config::SignatureText::hex
                                             ? to_hex(digest)
                                             : to_base64(digest)));
    } else {
        const auto& token = std::get<TokenHeader>(proof);
        headers.add(token.header, token.prefix + std::string(secret));
    }
    return {};
}

std::vector<std::string> secret_headers(std::span<const config::SenderProof> proofs) {
    std::vector<std::string> names;
    for (const config::SenderProof& proof : proofs) {
        if (const auto* const token = std::get_if<TokenHeader>(&proof)) {
            names.push_back(token->header);
        }
    }
    return names;
}

}  // namespace hookd::webhook
