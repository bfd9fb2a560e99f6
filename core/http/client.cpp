#include "core/http/client.hpp"

#include "core/base/text.hpp"
#include "core/http/address_range.hpp"

#include <curl/curl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <memory>
#include <mutex>

namespace hookd::http {
namespace {

/// What of an error's body is kept where the answer was to be streamed.
constexpr std::size_t k_error_bytes = std::size_t{1} << 20;

using Handle = std::unique_ptr<::CURL, decltype(&::curl_easy_cleanup)>;
using List = std::unique_ptr<::curl_slist, decltype(&::curl_slist_free_all)>;
using OnPart = std::function<bool(std::string_view)>;

/// libcurl's own state of the process, made before its first use by any thread.
void initialise_once() {
    static std::once_flag once;
    std::call_once(once, [] { ::curl_global_init(CURL_GLOBAL_DEFAULT); });
}

struct Reception {
    ::CURL* handle;
    const OnPart& on_part;
    std::size_t most_bytes;
    ClientResponse response;
    bool ended_by_caller = false;
    bool is_too_large = false;
    std::exception_ptr thrown;  ///< nothing may be thrown through libcurl

    [[nodiscard]] bool take(std::string_view part) {
        long status = 0;
        ::curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
        if (on_part && status >= 200 && status < 300) {
            ended_by_caller = !on_part(part);
            return !ended_by_caller;
        }
        if (on_part) {
            const std::size_t room = k_error_bytes - response.body.size();
            response.body.append(part.substr(0, room));
            return true;
        }
        is_too_large = part.size() > most_bytes - response.body.size();
        if (!is_too_large) {
            response.body.append(part);
        }
        return !is_too_large;
    }
};

/// "Name: value" of a header's line; a status line begins a new answer.
void take_header(ClientResponse& response, std::string_view line) {
    if (line.starts_with("HTTP/")) {
        response.headers.clear();
        return;
    }
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) {
        return;
    }
    std::string name(line.substr(0, colon));
    std::transform(name.begin(), name.end(), name.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    response.headers.emplace_back(std::move(name), trim(line.substr(colon + 1)));
}

std::size_t on_header(char* bytes, std::size_t one, std::size_t count, void* to) {
    auto& reception = *static_cast<Reception*>(to);
    try {
        take_header(reception.response, std::string_view(bytes, one * count));
        return one * count;
    } catch (...) {
        reception.thrown = std::current_exception();
        return 0;
    }
}

/// Judges addresses where sockets for them are made.
struct Dialling {
    Reach reach;
    std::string refused;  ///< the last address that was out of reach
};

bool is_in_reach(AddressRange range, Reach reach) {
    switch (range) {
        case AddressRange::internet:
            return true;
        case AddressRange::loopback:
            return reach != Reach::internet;
        case AddressRange::home:
            return reach == Reach::internet_and_home;
        case AddressRange::forbidden:
            break;
    }
    return false;
}

::curl_socket_t on_dial(void* to, ::curlsocktype, ::curl_sockaddr* address) {
    auto& dialling = *static_cast<Dialling*>(to);
    if (!is_in_reach(range_of(address->addr), dialling.reach)) {
        dialling.refused = to_text(address->addr);
        return CURL_SOCKET_BAD;
    }
    return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

int on_progress(void* to, ::curl_off_t, ::curl_off_t, ::curl_off_t, ::curl_off_t) {
    return (*static_cast<const std::function<bool()>*>(to))() ? 1 : 0;
}

std::size_t on_write(char* bytes, std::size_t one, std::size_t count, void* to) {
    auto& reception = *static_cast<Reception*>(to);
    try {
        return reception.take(std::string_view(bytes, one * count)) ? one * count : 0;
    } catch (...) {
        reception.thrown = std::current_exception();
        return 0;
    }
}

/// Scheme and host: the rest of a URL may hold a secret.
std::string shown(const ClientRequest& request) {
    if (!request.unix_socket.empty()) {
        return request.unix_socket.string();
    }
    const auto colons = request.url.find("://");
    const auto from = colons == std::string::npos ? 0 : colons + 3;
    const auto end = request.url.find_first_of("/?#", from);
    std::string host = request.url.substr(from, end == std::string::npos ? end : end - from);
    if (const auto at = host.rfind('@'); at != std::string::npos) {
        host.erase(0, at + 1);
    }
    return request.url.substr(0, from) + host;
}

bool is_header_text(std::string_view text) {
    return std::none_of(text.begin(), text.end(),
                        [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

void append(List& list, const std::string& line) {
    ::curl_slist* longer = ::curl_slist_append(list.get(), line.c_str());
    if (longer == nullptr) {
        throw std::bad_alloc();
    }
    static_cast<void>(list.release());
    list.reset(longer);
}

Result<List> header_list(const ClientRequest& request) {
    List list(nullptr, &::curl_slist_free_all);
    const auto add = [&list](const std::string& line) { append(list, line); };
    // A name with a colon alone takes away what libcurl would send by itself.
    add("Expect:");
    add("Content-Type:");
    for (const auto& [name, value] : request.headers) {
        if (name.empty() || name.find_first_of(": \t") != std::string::npos ||
            !is_header_text(name) || !is_header_text(value)) {
            return fail(ErrorCode::invalid, "the header \"" + name + "\" is malformed");
        }
        add(value.empty() ? name + ";" : name + ": " + value);
    }
    return list;
}

void set_target(::CURL* handle, const ClientRequest& request) {
    ::curl_easy_setopt(handle, CURLOPT_URL, request.url.c_str());
    ::curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
    ::curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
    ::curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    if (!request.unix_socket.empty()) {
        ::curl_easy_setopt(handle, CURLOPT_UNIX_SOCKET_PATH, request.unix_socket.c_str());
        ::curl_easy_setopt(handle, CURLOPT_PROXY, "");
    }
    ::curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    ::curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS,
                       static_cast<long>(request.connect_time.count()));
    ::curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(request.total_time.count()));
}

void set_reach(::CURL* handle, const ClientRequest& request, Dialling& dialling) {
    if (request.reach != Reach::anywhere) {
        ::curl_easy_setopt(handle, CURLOPT_PROXY, "");
        ::curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, &on_dial);
        ::curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, &dialling);
    }
    if (request.stop) {
        ::curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
        ::curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, &on_progress);
        ::curl_easy_setopt(handle, CURLOPT_XFERINFODATA, &request.stop);
    }
}

void set_method(::CURL* handle, const ClientRequest& request) {
    const bool may_have_body = request.method != "GET" && request.method != "HEAD";
    if (request.method == "HEAD") {
        ::curl_easy_setopt(handle, CURLOPT_NOBODY, 1L);
    } else if (may_have_body || !request.body.empty()) {
        ::curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE,
                           static_cast<::curl_off_t>(request.body.size()));
        ::curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request.body.data());
        ::curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    } else {
        ::curl_easy_setopt(handle, CURLOPT_HTTPGET, 1L);
    }
}

ErrorCode code_of(::CURLcode code) {
    switch (code) {
        case CURLE_ABORTED_BY_CALLBACK:
            return ErrorCode::unavailable;
        case CURLE_OPERATION_TIMEDOUT:
            return ErrorCode::timeout;
        case CURLE_URL_MALFORMAT:
        case CURLE_UNSUPPORTED_PROTOCOL:
            return ErrorCode::invalid;
        case CURLE_COULDNT_CONNECT:
        case CURLE_COULDNT_RESOLVE_HOST:
        case CURLE_COULDNT_RESOLVE_PROXY:
        case CURLE_GOT_NOTHING:
        case CURLE_RECV_ERROR:
        case CURLE_SEND_ERROR:
        case CURLE_PARTIAL_FILE:
            return ErrorCode::unavailable;
        default:
            return ErrorCode::failed;
    }
}

List to_list(const std::vector<std::string>& lines) {
    List list(nullptr, &::curl_slist_free_all);
    for (const std::string& line : lines) {
        append(list, line);
    }
    return list;
}

}  // namespace

std::string_view ClientResponse::header(std::string_view lower_case_name) const {
    for (const auto& [name, value] : headers) {
        if (name == lower_case_name) {
            return value;
        }
    }
    return {};
}

Result<ClientResponse> send(const ClientRequest& request, const OnPart& on_part) {
    initialise_once();
    if (!is_header_text(request.method) || request.method.empty() ||
        request.method.find(' ') != std::string::npos) {
        return fail(ErrorCode::invalid, "the method \"" + request.method + "\" is malformed");
    }
    const auto headers = header_list(request);
    if (!headers) {
        return fail(headers.error());
    }
    const Handle handle(::curl_easy_init(), &::curl_easy_cleanup);
    if (!handle) {
        throw std::bad_alloc();
    }
    Reception reception{handle.get(), on_part, request.most_bytes, {}, false, false, nullptr};
    Dialling dialling{request.reach, {}};
    const List resolved = to_list(request.resolved);
    std::array<char, CURL_ERROR_SIZE> reason{};
    set_target(handle.get(), request);
    set_reach(handle.get(), request, dialling);
    set_method(handle.get(), request);
    ::curl_easy_setopt(handle.get(), CURLOPT_RESOLVE, resolved.get());
    ::curl_easy_setopt(handle.get(), CURLOPT_HEADERFUNCTION, &on_header);
    ::curl_easy_setopt(handle.get(), CURLOPT_HEADERDATA, &reception);
    ::curl_easy_setopt(handle.get(), CURLOPT_HTTPHEADER, headers->get());
    ::curl_easy_setopt(handle.get(), CURLOPT_WRITEFUNCTION, &on_write);
    ::curl_easy_setopt(handle.get(), CURLOPT_WRITEDATA, &reception);
    ::curl_easy_setopt(handle.get(), CURLOPT_ERRORBUFFER, reason.data());
    const ::CURLcode code = ::curl_easy_perform(handle.get());
    if (reception.thrown) {
        std::rethrow_exception(reception.thrown);
    }
    if (reception.is_too_large) {
        return fail("the answer of \"" + shown(request) + "\" is larger than " +
                    std::to_string(request.most_bytes) + " bytes");
    }
    if (code != CURLE_OK && !dialling.refused.empty()) {
        return fail(ErrorCode::denied, "\"" + shown(request) + "\" has the address " +
                                           dialling.refused +
                                           ", which is not allowed: see \"allow_private\"");
    }
    if (code != CURLE_OK && !reception.ended_by_caller) {
        const std::string text =
            reason.front() != '\0' ? reason.data() : ::curl_easy_strerror(code);
        return fail(code_of(code), "cannot reach \"" + shown(request) + "\": " + text);
    }
    long status = 0;
    ::curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
    reception.response.status = static_cast<int>(status);
    return std::move(reception.response);
}

}  // namespace hookd::http
