#include "reconcile/remote_refs.hpp"

#include "core/base/base64.hpp"
#include "core/git/remote.hpp"
#include "core/http/client.hpp"
#include "reconcile/reach.hpp"

namespace hookd::reconcile {
namespace {

constexpr std::string_view k_advertisement = "application/x-git-upload-pack-advertisement";

Status check_answer(const http::ClientResponse& answer, const std::string& url) {
    if (answer.status == 401 || answer.status == 403 || answer.status == 404) {
        return fail(ErrorCode::denied, "\"" + url + "\" answers " + std::to_string(answer.status) +
                                           ": it is not there, or needs a \"password\"");
    }
    if (answer.status >= 300 && answer.status < 400) {
        return fail(ErrorCode::denied, "\"" + url + "\" sends us elsewhere (" +
                                           std::to_string(answer.status) +
                                           "), and we do not follow: write the URL it has now");
    }
    if (answer.status != 200) {
        return fail(ErrorCode::unavailable,
                    "\"" + url + "\" answers " + std::to_string(answer.status));
    }
    if (answer.header("content-type") != k_advertisement) {
        return fail(ErrorCode::failed,
                    "\"" + url + "\" is no git repository (it does not speak smart HTTP)");
    }
    return {};
}

class RemoteRefs final : public RefSource {
  public:
    RemoteRefs(const config::Clone& clone, std::function<bool()> stop, const RemoteLimits& limits)
        : clone_(clone), stop_(std::move(stop)), limits_(limits) {}

    std::string name() const override { return clone_.url; }

    Result<std::vector<git::RefPosition>> refs() override {
        return git::list_remote(clone_.url, [this](const std::string& url) { return get(url); });
    }

    bool lags_behind(const Difference&) override { return false; }
    void describe(Event&) override {}

  private:
    Result<std::string> get(const std::string& url) {
        http::ClientRequest request;
        request.url = url;
        request.reach = reach_of(clone_.url, clone_.allow_private);
        request.total_time = limits_.time;
        request.most_bytes = limits_.bytes;
        request.stop = stop_;
        request.headers.emplace_back("Accept", k_advertisement);
        request.headers.emplace_back("User-Agent", "git/hookd");
        if (clone_.password) {
            request.headers.emplace_back(
                "Authorization",
                "Basic " + to_base64(clone_.user + ":" + std::string(clone_.password->reveal())));
        }
        auto answer = http::send(request);
        if (!answer) {
            return fail(answer.error());
        }
        if (auto right = check_answer(*answer, clone_.url); !right) {
            return fail(right.error());
        }
        return std::move(answer->body);
    }

    const config::Clone& clone_;
    const std::function<bool()> stop_;
    const RemoteLimits limits_;
};

}  // namespace

std::unique_ptr<RefSource> open_remote(const config::Clone& clone, std::function<bool()> stop,
                                       const RemoteLimits& limits) {
    return std::make_unique<RemoteRefs>(clone, std::move(stop), limits);
}

}  // namespace hookd::reconcile
