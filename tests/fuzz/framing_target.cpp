#include "tests/fuzz/framing_target.hpp"

#include "core/base/fd.hpp"
#include "core/http/request_reader.hpp"
#include "core/http/tls_stream.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

// Input: a byte that says how many bytes of cuts follow, those, then the bytes of a connection.
namespace hookd::fuzz {
namespace {

using http::RequestReader;
using Step = RequestReader::Step;

class NobodyServes : public http::Service {
  public:
    std::optional<http::Response> check(const http::Head&, std::uint64_t&) override {
        return std::nullopt;
    }
    void serve(http::Request, http::Responder) override {}
};

http::Limits limits() {
    http::Limits few;
    few.body_bytes = 3000;
    few.small_bodies_in_flight_bytes = 4000;
    return few;
}

/// One finished request, and where it stood.
struct Read {
    std::string text;  ///< method, target, fields and body
    std::size_t end = 0;
    bool operator==(const Read&) const = default;
};

struct Outcome {
    std::vector<Read> requests;
    int refused = 0;  ///< the status; 0: not
    bool operator==(const Outcome&) const = default;
};

std::string text_of(const http::Request& request) {
    std::string text = request.head.method + " " + request.head.target + "\n";
    for (const auto& [name, value] : request.head.headers.all()) {
        text += name + "=" + value + "\n";
    }
    return text + "\n" + request.body;
}

/// What a chunked body is, by a second reader; nothing where it is not whole or not plain.
std::optional<std::pair<std::string, std::size_t>> dechunk(std::string_view bytes) {
    std::string body;
    std::size_t at = 0;
    for (;;) {
        const std::size_t line = bytes.find("\r\n", at);
        if (line == std::string_view::npos) {
            return std::nullopt;
        }
        std::size_t size = 0;
        const auto parsed = std::from_chars(bytes.data() + at, bytes.data() + line, size, 16);
        if (parsed.ec != std::errc{}) {
            return std::nullopt;
        }
        at = line + 2;
        if (size == 0) {
            break;
        }
        if (bytes.size() - at < size || bytes.size() - at - size < 2) {
            return std::nullopt;
        }
        body += bytes.substr(at, size);
        at += size + 2;
    }
    // The trailers end with an empty line.
    while (!bytes.substr(at).starts_with("\r\n")) {
        at = bytes.find("\r\n", at);
        if (at == std::string_view::npos) {
            return std::nullopt;
        }
        at += 2;
    }
    return std::pair(body, at + 2);
}

/// The request that began at the front of `bytes` took `used` of them: was that all, and its own?
void check_borders(std::string_view bytes, std::size_t used, const http::Framing& framing,
                   const http::Request& request) {
    const std::size_t head = bytes.find("\r\n\r\n");
    require(head != std::string_view::npos && head + 4 <= used, "a request without a head");
    require(request.head.headers.all().size() <= limits().header_fields &&
                head + 4 <= limits().header_bytes,
            "a head beyond the limits");
    require(request.body.size() <= limits().body_bytes, "a body beyond the limit");
    const std::string_view behind = bytes.substr(head + 4);
    if (framing.chunked) {
        require(request.head.headers.count("Content-Length") == 0, "chunked and with a length");
        const auto expected = dechunk(behind);
        require(expected.has_value(), "a chunked body that the second reader cannot read");
        require(expected->first == request.body, "another body than the second reader's");
        require(head + 4 + expected->second == used, "bytes are left over, or are missing");
        return;
    }
    const std::uint64_t length = framing.content_length.value_or(0);
    require(request.head.headers.count("Transfer-Encoding") == 0, "a coding, and not chunked");
    require(request.body.size() == length && behind.starts_with(request.body),
            "the body is not what stood there");
    require(used == head + 4 + length, "bytes are left over, or are missing");
}

class Connection {
  public:
    explicit Connection(std::string_view stream)
        : stream_(stream),
          door_(limits(), service_, nullptr),
          reader_(door_, "peer"),
          input_(shared_) {
        std::array<int, 2> ends{};
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
            std::abort();
        }
        ours_ = Fd(ends[0]);
        theirs_ = Fd(ends[1]);
        reader_.begin();
    }

    /// Lets the next `size` bytes arrive.
    void arrive(std::size_t size) {
        const std::string_view piece = stream_.substr(arrived_, size);
        if (ended_ || piece.empty()) {
            return;
        }
        require(::send(theirs_.get(), piece.data(), piece.size(), 0) ==
                    static_cast<::ssize_t>(piece.size()),
                "the socket took less");
        http::Channel channel(ours_.get(), nullptr);
        std::size_t received = 0;
        while (!ended_ && received < piece.size()) {
            const std::size_t before = input_.unread().size();
            require(input_.receive(channel) == http::Io::some, "the socket gave nothing");
            received += input_.unread().size() - before;
            arrived_ += input_.unread().size() - before;
            read();
            input_.keep();
        }
    }

    [[nodiscard]] const Outcome& outcome() const { return outcome_; }

  private:
    void read() {
        for (;;) {
            const Step step = reader_.read(input_);
            if (step == Step::refused) {
                outcome_.refused = reader_.take_refusal().status;
                ended_ = true;
                return;
            }
            if (step != Step::done) {
                if (step == Step::needs_continue) {
                    continue;
                }
                return;
            }
            const http::BodyCharge charge = reader_.take_charge();
            const http::Request request = reader_.take_request();
            const std::size_t end = arrived_ - input_.unread().size();
            check_borders(stream_.substr(begin_), end - begin_, reader_.framing(), request);
            outcome_.requests.push_back({text_of(request), end});
            begin_ = end;
            ended_ = !reader_.framing().keeps_alive;
            reader_.begin();
            if (ended_ || input_.unread().empty()) {
                return;
            }
        }
    }

    std::string_view stream_;
    NobodyServes service_;
    http::Door door_;
    RequestReader reader_;
    std::array<char, 4096> shared_{};
    http::Input input_;
    Fd ours_;
    Fd theirs_;
    Outcome outcome_;
    std::size_t arrived_ = 0;
    std::size_t begin_ = 0;
    bool ended_ = false;
};

void run(std::string_view bytes) {
    Input input(bytes);
    std::string cuts;
    for (unsigned count = input.byte() % 16; count > 0; --count) {
        cuts += static_cast<char>(input.byte());
    }
    const std::string_view stream = input.rest();
    Connection whole(stream);
    for (std::size_t i = 0; i < stream.size(); i += 4096) {
        whole.arrive(4096);
    }
    Connection cut(stream);
    for (const char size : cuts) {
        cut.arrive(static_cast<unsigned char>(size));
    }
    for (std::size_t i = 0; i < stream.size(); i += 4096) {
        cut.arrive(4096);
    }
    require(cut.outcome() == whole.outcome(), "cut in another way it is something else");
    if (stream.size() <= 2000) {
        Connection single(stream);
        for (std::size_t i = 0; i < stream.size(); ++i) {
            single.arrive(1);
        }
        require(single.outcome() == whole.outcome(), "byte by byte it is something else");
    }
}

std::vector<std::string> seeds() {
    const std::string post = "POST /hooks/a HTTP/1.1\r\nHost: h\r\n";
    const std::string chunked = post + "Transfer-Encoding: chunked\r\n\r\n";
    const std::string get = "GET /second HTTP/1.1\r\nHost: h\r\n\r\n";
    const std::vector<std::string> streams = {
        get + get,
        post + "Content-Length: 5\r\n\r\nabcde" + get,
        post + "Content-Length: 5\r\nExpect: 100-continue\r\n\r\nabcde" + get,
        chunked + "3\r\nabc\r\n0\r\n\r\n" + get,
        chunked + "1;a=b\r\nx\r\n00\r\nTrailer: t\r\n\r\n" + get,
        chunked + "0\r\nX-Event: deploy\r\n\r\n",
        post + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        post + "Content-Length: 3000\r\n\r\n" + std::string(3000, 'x') + get,
        "HEAD / HTTP/1.0\r\n\r\n" + get,
        post + "Connection: close\r\n\r\n" + get,
        post + "X: a\r\n b\r\n\r\n",
    };
    std::vector<std::string> all;
    for (const std::string& stream : streams) {
        all.push_back(std::string(1, '\0') + stream);
        all.push_back(std::string("\x03\x10\x20\x01") + stream);
    }
    return all;
}

}  // namespace

Target framing_target() {
    return {"framing", run, seeds, "http.dict"};
}

}  // namespace hookd::fuzz
