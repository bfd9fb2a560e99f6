#include "reconcile/ref_source.hpp"

#include <algorithm>

namespace hookd::reconcile {
namespace {

class LocalRefs final : public RefSource {
  public:
    LocalRefs(std::filesystem::path path, git::Repository repository)
        : path_(std::move(path)), repository_(std::move(repository)) {}

    std::string name() const override { return path_.string(); }
    Result<std::vector<git::RefPosition>> refs() override { return repository_.refs(); }

    /// A forge told of a commit that never arrived here.
    bool lags_behind(const Difference& difference) override {
        const bool told_here = difference.told_by.empty() || difference.told_by == "hook" ||
                               difference.told_by == "reconcile";
        const auto before = ObjectId::parse(difference.before);
        return !told_here && before && !before->is_zero() && !repository_.has(*before);
    }

    void describe(Event& event) override {
        const auto before = ObjectId::parse(event.before);
        const auto after = ObjectId::parse(event.after);
        if (!before || !after) {
            return;
        }
        auto brought = repository_.brought(event.ref, *before, *after);
        if (!brought) {
            return;  // a tag of a tree, an old commit that is gone: the event says incomplete
        }
        event.forced = brought->forced;
        event.commits = std::move(brought->commits);
        event.commit_count = brought->commit_count;
        event.commits_complete = brought->commits_complete;
        event.paths = std::move(brought->paths);
        event.paths_complete = brought->paths_complete;
    }

  private:
    std::filesystem::path path_;
    git::Repository repository_;
};

}  // namespace

Result<std::unique_ptr<RefSource>> open_local(const std::filesystem::path& path) {
    auto repository = git::Repository::open(path);
    if (!repository) {
        return fail(repository.error());
    }
    return std::make_unique<LocalRefs>(path, *std::move(repository));
}

}  // namespace hookd::reconcile
