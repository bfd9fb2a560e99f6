#pragma once

#include "core/base/result.hpp"

#include <string>
#include <string_view>

namespace hookd::webhook {

/// The decoded value of the one field `name` in an `application/x-www-form-urlencoded` body.
/// **Errors:** invalid, where it is not there once or an escape is broken.
/// **Source:** URL standard, "application/x-www-form-urlencoded parsing".
[[nodiscard]] Result<std::string> form_field(std::string_view form, std::string_view name);

}  // namespace hookd::webhook
