#include "core/http/client.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <memory>
#include <mutex>

namespace hookd::http {
namespace {

/// An answer beyond this is no answer that we asked for.
constexpr std::size_t k_body_bytes = std::size_t{64} << 20;
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
        is_too_large = part.size() > k_body_bytes - response.body.size();
        if (!is_too_large) {
            response.body.append(part);
        }
        return !is_too_large;
    }
};

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

Result<List> header_list(const ClientRequest& request) {
    List list(nullptr, &::curl_slist_free_all);
    const auto add = [&list](const std::string& line) {
        ::curl_slist* longer = ::curl_slist_append(list.get(), line.c_str());
        if (longer == nullptr) {
            throw std::bad_alloc();
        }
        static_cast<void>(list.release());
        list.reset(longer);
    };
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

}  // namespace

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
    Reception reception{handle.get(), on_part, {}, false, false, nullptr};
    std::array<char, CURL_ERROR_SIZE> reason{};
    set_target(handle.get(), request);
    set_method(handle.get(), request);
    ::curl_easy_setopt(handle.get(), CURLOPT_HTTPHEADER, headers->get());
    ::curl_easy_setopt(handle.get(), CURLOPT_WRITEFUNCTION, &on_write);
    ::curl_easy_setopt(handle.get(), CURLOPT_WRITEDATA, &reception);
    ::curl_easy_setopt(handle.get(), CURLOPT_ERRORBUFFER, reason.data());
    const ::CURLcode code = ::curl_easy_perform(handle.get());
    if (reception.thrown) {
        std::rethrow_exception(reception.thrown);
    }
    if (reception.is_too_large) {
        return fail("the answer of \"" + shown(request) + "\" is larger than 64 MiB");
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
