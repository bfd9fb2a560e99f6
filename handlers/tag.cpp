#include "handlers/tag.hpp"

#include "core/base/text.hpp"
#include "core/git/repository.hpp"
#include "handlers/attempt_log.hpp"
#include "handlers/semver.hpp"
#include "handlers/settings.hpp"

#include <nlohmann/json.hpp>

namespace hookd::handlers {
namespace {

/// How often a version may be taken by others before we give up.
constexpr int k_most_races = 10;

struct Settings {
    std::string prefix = "v";
    Bump bump = Bump::patch;
    Version first;
};

hookd::Result<std::string> text_of(const nlohmann::json& settings, const char* key,
                                   const char* fallback) {
    const auto found = settings.find(key);
    if (found == settings.end()) {
        return fallback;
    }
    if (!found->is_string()) {
        return fail(ErrorCode::invalid, "\"" + std::string(key) + "\" of \"tag\" is no text");
    }
    return found->get<std::string>();
}

hookd::Result<Settings> read_settings(const Attempt& attempt) {
    const auto spec = read_spec(attempt.spec);
    if (!spec) {
        return fail(spec.error());
    }
    const auto& object = spec->at("settings");
    if (!object.is_object()) {
        return fail(ErrorCode::invalid, "the settings of \"tag\" are no object");
    }
    const auto scheme = text_of(object, "scheme", "semver");
    const auto prefix = text_of(object, "prefix", "v");
    const auto bump = text_of(object, "bump", "patch");
    const auto first = text_of(object, "first", "0.1.0");
    for (const auto* text : {&scheme, &prefix, &bump, &first}) {
        if (!*text) {
            return fail(text->error());
        }
    }
    if (*scheme != "semver") {
        return fail(ErrorCode::invalid,
                    "\"" + printable_line(*scheme) + "\" is no scheme of versions: use \"semver\"");
    }
    Settings settings;
    settings.prefix = *prefix;
    if (*bump != "patch" && *bump != "minor" && *bump != "major") {
        return fail(ErrorCode::invalid,
                    "\"" + printable_line(*bump) + "\" is none of \"patch\", \"minor\", \"major\"");
    }
    settings.bump = *bump == "major" ? Bump::major : *bump == "minor" ? Bump::minor : Bump::patch;
    const auto version = parse_version(*first);
    if (!version) {
        return fail(ErrorCode::invalid,
                    "\"" + printable_line(*first) + "\" is no version such as \"0.1.0\"");
    }
    settings.first = *version;
    return settings;
}

/// What the repository's tags say.
struct Versions {
    std::optional<Version> last;
    std::optional<Version> here;  ///< the highest one on our commit
};

Versions look_at(const std::vector<git::TagRef>& tags, const std::string& prefix,
                 const ObjectId& commit) {
    const auto raise = [](std::optional<Version>& highest, const Version& version) {
        if (!highest || std::is_lt(compare_precedence(*highest, version))) {
            highest = version;
        }
    };
    Versions versions;
    for (const auto& tag : tags) {
        if (!tag.name.starts_with(prefix)) {
            continue;
        }
        const auto version = parse_version(std::string_view(tag.name).substr(prefix.size()));
        if (!version || !version->is_release()) {
            continue;
        }
        raise(versions.last, *version);
        if (tag.target == commit) {
            raise(versions.here, *version);
        }
    }
    return versions;
}

std::string message_for(const std::string& name, const Attempt& attempt) {
    return name + "\n\nMade by run " + attempt.run.text() + " of the rule " +
           printable_line(attempt.rule) + ".\n";
}

Result ended(const Attempt& attempt, ActionState state, const std::string& reason) {
    append_to_log(attempt.log, reason);
    Result result;
    result.state = state;
    result.reason = printable_line(reason);
    return result;
}

Result error(const Attempt& attempt, const Error& why) {
    return ended(attempt, ActionState::error, why.message);
}

Result tagged(const Settings& settings, const Version& version) {
    Result result;
    result.outputs["version"] = to_text(version);
    result.outputs["tag"] = settings.prefix + to_text(version);
    return result;
}

/// One look and one try. Nothing where another took the version in between.
std::optional<Result> try_once(const Attempt& attempt, const Settings& settings,
                               const git::Repository& repository, const ObjectId& commit) {
    const auto tags = repository.tags();
    if (!tags) {
        return error(attempt, tags.error());
    }
    const auto versions = look_at(*tags, settings.prefix, commit);
    if (versions.here) {
        append_to_log(attempt.log, "the tag " + settings.prefix + to_text(*versions.here) +
                                       " is on " + commit.text() + " already");
        return tagged(settings, *versions.here);
    }
    const auto version =
        versions.last ? next_version(*versions.last, settings.bump) : settings.first;
    const auto name = settings.prefix + to_text(version);
    append_to_log(attempt.log,
                  versions.last ? "the last version is " + settings.prefix + to_text(*versions.last)
                                : "there is no version yet");
    const auto made = repository.create_tag({name, commit, message_for(name, attempt), "hookd",
                                             "hookd@localhost", attempt.clock.wall()});
    if (!made && made.error().code == ErrorCode::exists) {
        append_to_log(attempt.log, made.error().message + ": looking again");
        return std::nullopt;
    }
    if (!made) {
        return error(attempt, made.error());
    }
    append_to_log(attempt.log, "made the tag " + name + " on " + commit.text());
    return tagged(settings, version);
}

}  // namespace

Result run_tag(const Attempt& attempt) {
    const auto settings = read_settings(attempt);
    if (!settings) {
        return error(attempt, settings.error());
    }
    if (attempt.repository_path.empty()) {
        return ended(attempt, ActionState::error,
                     "the repository \"" + attempt.repository +
                         "\" is not on this machine: \"tag\" needs its \"path\"");
    }
    const auto commit = ObjectId::parse(attempt.commit);
    if (!commit) {
        return error(attempt, commit.error());
    }
    const auto repository = git::Repository::open(attempt.repository_path);
    if (!repository) {
        return error(attempt, repository.error());
    }
    for (int race = 0; race < k_most_races; ++race) {
        if (attempt.cancel.requested()) {
            return ended(attempt, ActionState::canceled, attempt.cancel.reason());
        }
        if (auto result = try_once(attempt, *settings, *repository, *commit)) {
            return *result;
        }
    }
    return ended(attempt, ActionState::failure,
                 "others took the next version " + std::to_string(k_most_races) +
                     " times in a row, or a tag that is in its way is no version");
}

}  // namespace hookd::handlers
