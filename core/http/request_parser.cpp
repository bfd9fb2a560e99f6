#include "core/http/request_parser.hpp"

#include "core/http/response.hpp"
#include "core/http/server.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>

#include <algorithm>
#include <limits>
#include <optional>

namespace hookd::http {
namespace {

namespace beast = boost::beast;
using beast::http::error;

class Parser final : public beast::http::basic_parser<true> {
  public:
    Parser() {
        // HeadScan has limits of its own; that of the body is known after the head.
        header_limit(std::numeric_limits<std::uint32_t>::max());
        body_limit(boost::none);
        eager(true);
    }

    void expect_body(std::string& body, BodyCharge& charge, BodyObserver* observer,
                     std::uint64_t limit) {
        body_ = &body;
        charge_ = &charge;
        observer_ = observer;
        limit_ = limit;
        body_limit(limit);
        const std::uint64_t declared = content_length().value_or(0);
        // A client may announce anything: more is set aside only once it has come.
        body.reserve(static_cast<std::size_t>(std::min(declared, k_small_body_bytes)));
        if (declared > 0) {
            limit_ = declared;
        }
    }

    Head head;

  private:
    void on_request_impl(beast::http::verb, beast::string_view method, beast::string_view target,
                         int, beast::error_code&) override {
        head.method.assign(method.data(), method.size());
        head.target.assign(target.data(), target.size());
    }

    void on_response_impl(int, beast::string_view, int, beast::error_code&) override {}

    void on_field_impl(beast::http::field, beast::string_view name, beast::string_view value,
                       beast::error_code& ec) override {
        if (in_trailer_) {
            trailer_bytes_ += name.size() + value.size() + 4;
            if (trailer_bytes_ > k_trailer_bytes) {
                ec = error::header_limit;
            }
            return;
        }
        head.headers.add(std::string(name.data(), name.size()),
                         std::string(value.data(), value.size()));
    }

    void on_header_impl(beast::error_code&) override {}

    void on_body_init_impl(const boost::optional<std::uint64_t>&, beast::error_code&) override {}

    std::size_t on_body_impl(beast::string_view bytes, beast::error_code& ec) override {
        return append(bytes, ec);
    }

    void on_chunk_header_impl(std::uint64_t size, beast::string_view extensions,
                              beast::error_code& ec) override {
        in_trailer_ = size == 0;
        if (extensions.size() > k_chunk_line_bytes) {
            ec = error::bad_chunk_extension;
        }
    }

    std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view bytes,
                                   beast::error_code& ec) override {
        return append(bytes, ec);
    }

    void on_finish_impl(beast::error_code&) override {}

    std::size_t append(beast::string_view bytes, beast::error_code& ec) {
        if (!charge_->take(bytes.size())) {
            ec = error::buffer_overflow;
            return 0;
        }
        const std::size_t needed = body_->size() + bytes.size();
        if (needed > body_->capacity()) {
            body_->reserve(std::max(needed, room_for(needed)));
        }
        body_->append(bytes.data(), bytes.size());
        if (observer_ != nullptr) {
            observer_->take({bytes.data(), bytes.size()});
        }
        return bytes.size();
    }

    /// A small body doubles. A large one gets all that it may become at once: what is not written
    /// to takes no memory, and it need not be copied again, which would take it twice.
    [[nodiscard]] std::size_t room_for(std::size_t needed) const {
        const auto ceiling = static_cast<std::size_t>(limit_);
        return needed > k_small_body_bytes ? ceiling : std::min(ceiling, 2 * body_->capacity());
    }

    std::string* body_ = nullptr;
    BodyCharge* charge_ = nullptr;
    BodyObserver* observer_ = nullptr;
    std::uint64_t limit_ = 0;
    std::size_t trailer_bytes_ = 0;
    bool in_trailer_ = false;
};

Refusal refusal_of(const beast::error_code& ec) {
    if (ec == error::body_limit) {
        return {413, "the body is too large"};
    }
    if (ec == error::buffer_overflow) {
        return {503, "too many bodies are being read, try again"};
    }
    if (ec == error::header_limit) {
        return {431, "the trailers are too long"};
    }
    return {400, "the body is malformed"};
}

}  // namespace

struct RequestParser::Impl {
    std::optional<Parser> parser;
};

RequestParser::RequestParser() : impl_(std::make_unique<Impl>()) {}
RequestParser::~RequestParser() = default;

tl::expected<Head, Refusal> RequestParser::read_head(std::string_view block,
                                                     const Framing& framing) {
    Parser& parser = impl_->parser.emplace();
    beast::error_code ec;
    const std::size_t used = parser.put(boost::asio::buffer(block.data(), block.size()), ec);
    const bool same = !ec && used == block.size() && parser.is_header_done() &&
                      parser.chunked() == framing.chunked &&
                      parser.is_done() == !framing.has_body() &&
                      parser.content_length().value_or(0) == framing.content_length.value_or(0);
    if (!same) {
        return tl::unexpected<Refusal>(Refusal{400, "the headers are malformed"});
    }
    parser.head.content_length = framing.content_length;
    return std::move(parser.head);
}

void RequestParser::expect_body(std::string& body, BodyCharge& charge, BodyObserver* observer,
                                std::uint64_t limit) {
    impl_->parser->expect_body(body, charge, observer, limit);
}

bool RequestParser::is_done() const {
    return impl_->parser && impl_->parser->is_done();
}

tl::expected<std::size_t, Refusal> RequestParser::read_body(std::string_view bytes) {
    Parser& parser = *impl_->parser;
    // An unfinished chunked body has at least "0\r\n\r\n" to come; with less than that behind
    // a last chunk's line, Boost 1.81 trips over an assertion of its own.
    if (bytes.empty() || (parser.chunked() && bytes.size() < k_last_chunk.size())) {
        return 0;
    }
    beast::error_code ec;
    const std::size_t used = parser.put(boost::asio::buffer(bytes.data(), bytes.size()), ec);
    if (ec && ec != error::need_more) {
        return tl::unexpected<Refusal>(refusal_of(ec));
    }
    // What the parser waits for the end of is a chunk's line or the trailers.
    if (!parser.is_done() && bytes.size() - used > k_trailer_bytes) {
        return tl::unexpected<Refusal>(Refusal{431, "the trailers are too long"});
    }
    return used;
}

}  // namespace hookd::http
