// Turns the machine codes of other dialects into codes of the envelope.
#pragma once

#include <string>
#include <string_view>

namespace errata {

// `spelled` in snake_case, satisfying is_code(); empty when it is no machine code: it has spaces,
// is a number, a file's or a driver's name for an error, a package-qualified exception class, a
// UUID, or too long. Understands CamelCase, SCREAMING_CASE, kebab-case, dotted.names,
// name.space#Code, auth/code, and URIs, of which the last segment counts. Linear.
std::string to_code(std::string_view spelled);

// Whether `code` (snake_case) only repeats the reason phrase of `status`, so that the catalog's own
// code says as much.
bool is_status_name(std::string_view code, unsigned status) noexcept;

// Whether `code` says nothing by itself: "error", "failed", "true" ...
bool is_noise_code(std::string_view code) noexcept;

// Whether `code` is a category of errors, as a member `type` beside the code names it.
bool is_category(std::string_view code) noexcept;

// Whether `code` is one of gRPC's status names, which each stand for many errors.
bool is_broad_code(std::string_view code) noexcept;

// Whether `spelled` reads like the class of an exception: KeyError, HttpException.
bool is_exception_class(std::string_view spelled) noexcept;

// Whether `text` is one machine word of several parts (SESSION_EXPIRED, tokenExpired,
// invalid-token), which is no sentence for people.
bool is_machine_word(std::string_view text) noexcept;

}  // namespace errata
