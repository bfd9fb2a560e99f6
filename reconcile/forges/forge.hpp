#pragma once

#include "core/base/result.hpp"
#include "core/http/client.hpp"
#include "reconcile/forges/records.hpp"
#include "reconcile/redelivery.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hookd::reconcile {

/// What a hook belongs to, by its names in the forge: one of them is empty.
struct Place {
    std::string repository;
    std::string owner;

    [[nodiscard]] const std::string& name() const {
        return repository.empty() ? owner : repository;
    }
};

/// A part of what a hook has delivered.
struct Page {
    std::vector<Attempt> attempts;  ///< newest first
    std::string next;               ///< cursor of the older ones; empty: there are none
};

/// How a kind of forge is asked. Paths start at the API's URL; nothing of them is taken from an
/// answer but numbers and cursors.
struct Forge {
    std::string_view provider;
    std::string_view token_needs;  ///< for the message where the token is refused
    std::vector<std::pair<std::string, std::string>> (*headers)(std::string_view token);

    /// The list of hooks: "/repos/acme/shop/hooks".
    /// **Errors:** invalid where the forge has no such names.
    Result<std::string> (*hooks)(const Place& place);
    std::string_view hook_url;  ///< path of a hook's URL in its record

    /// What comes behind a hook's path for a page of what it has delivered. An empty cursor is
    /// the newest page.
    std::string (*deliveries)(std::string_view cursor);
    std::span<const std::string_view> delivery_fields;
    /// **Errors:** invalid.
    Result<Page> (*read_page)(const std::vector<Record>& records,
                              const http::ClientResponse& answer, std::string_view cursor);

    /// What comes behind a hook's path to have a delivery sent again.
    std::string (*again)(const Attempt& attempt);
    std::size_t most_again;  ///< in one turn
    Milliseconds pause;      ///< between two of them
    std::size_t most_pages;  ///< in one turn
};

/// Null where the API of this kind of forge sends nothing again.
[[nodiscard]] const Forge* find_forge(std::string_view provider);

extern const Forge k_github_api;
extern const Forge k_gitlab_api;

// For the forges' own files.

/// A number of theirs that may stand in a path; empty where it is none.
[[nodiscard]] std::string number_of(const Record& record, std::string_view path);
[[nodiscard]] std::string text_of(const Record& record, std::string_view path);
/// Nothing where it is no moment.
[[nodiscard]] std::optional<WallTime> time_of(const Record& record, std::string_view path);
/// An HTTP status; 0 where it is none, such as "internal error".
[[nodiscard]] int status_of(const Record& record, std::string_view path);
/// A name as one segment of a path.
[[nodiscard]] std::string as_segment(std::string_view name);

}  // namespace hookd::reconcile
