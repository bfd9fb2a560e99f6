#include "hooks/spool_record.hpp"

#include "core/base/text.hpp"
#include "core/base/ulid.hpp"
#include "hooks/line_text.hpp"

#include <limits>
#include <optional>

namespace hookd::hooks {
namespace {

constexpr std::string_view k_first_line = "hookd-spool 1";
constexpr std::string_view k_suffix = ".push";

/// Lines that are counted, for the last one.
class LineWriter {
  public:
    void line(std::string_view key, std::string_view rest) {
        text_.append(key).append(" ").append(rest).append("\n");
        ++lines_;
    }
    [[nodiscard]] std::string finish() && {
        line("end", std::to_string(lines_));
        return std::move(text_);
    }

  private:
    std::string text_ = std::string(k_first_line) + "\n";
    std::size_t lines_ = 1;
};

/// Reads lines in order; the first thing that is wrong ends it.
class Reader {
  public:
    explicit Reader(std::string_view text) : rest_(text), line_(take_line(rest_)) {}

    [[nodiscard]] Result<SpoolRecord> read() {
        SpoolRecord record;
        if (line_ != k_first_line) {
            return wrong("the first line is not \"" + std::string(k_first_line) + "\"");
        }
        next();
        const auto id = value("id");
        if (!id || !is_ulid(*id)) {
            return wrong("no \"id\" with a ULID");
        }
        record.id = *id;
        const auto path = value("repository");
        const auto decoded = path ? decode_word(*path) : std::nullopt;
        if (!decoded || decoded->empty() || decoded->front() != '/' ||
            decoded->size() > SpoolLimits::k_path_bytes ||
            decoded->find('\0') != std::string::npos) {
            return wrong("no \"repository\" with an absolute path");
        }
        record.repository = *decoded;
        const auto time = value("time");
        const auto moment = time ? from_rfc3339(*time) : fail("");
        if (!moment) {
            return wrong("no \"time\" such as 2026-11-23T10:00:00.000Z");
        }
        record.time = *moment;
        const auto uid = number("uid");
        if (!uid || *uid > std::numeric_limits<std::uint32_t>::max()) {
            return wrong("no \"uid\" with a user's number");
        }
        record.uid = static_cast<std::uint32_t>(*uid);
        if (auto lists = read_lists(record); !lists) {
            return fail(lists.error());
        }
        return record;
    }

  private:
    /// Everything that may stand more than once, or not at all.
    Status read_lists(SpoolRecord& record) {
        while (auto line = value("hint")) {
            const std::string name(take_word(*line));
            const auto hint = decode_word(*line);
            if (name.empty() || !hint || hint->size() > SpoolLimits::k_hint_bytes ||
                record.hints.size() == SpoolLimits::k_hints) {
                return wrong("a \"hint\" is wrong or one too many");
            }
            record.hints.push_back({name, *hint});
        }
        while (const auto line = value("option")) {
            const auto option = decode_word(*line);
            if (!option || option->size() > SpoolLimits::k_push_option_bytes ||
                record.push_options.size() == SpoolLimits::k_push_options) {
                return wrong("an \"option\" is wrong or one too many");
            }
            record.push_options.push_back(*option);
        }
        if (const auto dropped = number("options-dropped")) {
            record.push_options_dropped = *dropped;
        }
        while (auto line = value("update")) {
            if (record.updates.size() == SpoolLimits::k_updates) {
                return wrong("more than " + std::to_string(SpoolLimits::k_updates) + " refs");
            }
            auto update = read_update(*line);
            if (!update) {
                return fail(update.error());
            }
            record.updates.push_back(std::move(*update));
        }
        if (record.updates.empty()) {
            return wrong("no \"update\"");
        }
        const auto lines = number("end");
        if (!lines || *lines + 1 != lines_ || line_ || !rest_.empty()) {
            return wrong("no \"end\" with the number of lines before it, and nothing after");
        }
        return {};
    }

    Result<RefUpdate> read_update(std::string_view line) const {
        const auto event = take_word(line);
        const auto before = ObjectId::parse(take_word(line));
        const auto after = ObjectId::parse(take_word(line));
        auto ref = decode_word(line);
        if (!is_ulid(event) || !before || !after || before->text().size() != after->text().size() ||
            !ref || ref->empty() || ref->size() > SpoolLimits::k_ref_bytes) {
            return wrong("an \"update\" is not \"event before after ref\"");
        }
        return RefUpdate{EventId(std::string(event)), *before, *after, std::move(*ref)};
    }

    /// What stands behind `key` where the current line is one of it; goes on to the next line.
    std::optional<std::string_view> value(std::string_view key) {
        if (!line_ || !line_->starts_with(key) || line_->size() == key.size() ||
            (*line_)[key.size()] != ' ') {
            return std::nullopt;
        }
        const auto rest = line_->substr(key.size() + 1);
        next();
        return rest;
    }

    std::optional<std::uint64_t> number(std::string_view key) {
        const auto text = value(key);
        return text ? parse_number(*text) : std::nullopt;
    }

    void next() {
        line_ = take_line(rest_);
        ++lines_;
    }

    [[nodiscard]] tl::unexpected<Error> wrong(const std::string& what) const {
        return fail(ErrorCode::invalid,
                    "damaged spool file, near line " + std::to_string(lines_ + 1) + ": " + what);
    }

    std::string_view rest_;
    std::optional<std::string_view> line_;
    std::size_t lines_ = 0;  ///< behind us
};

}  // namespace

std::string to_text(const SpoolRecord& record) {
    LineWriter out;
    out.line("id", record.id);
    out.line("repository", encode_word(record.repository));
    out.line("time", to_rfc3339(record.time));
    out.line("uid", std::to_string(record.uid));
    for (const auto& hint : record.hints) {
        out.line("hint", hint.name + " " + encode_word(hint.value));
    }
    for (const auto& option : record.push_options) {
        out.line("option", encode_word(option));
    }
    if (record.push_options_dropped > 0) {
        out.line("options-dropped", std::to_string(record.push_options_dropped));
    }
    for (const auto& update : record.updates) {
        out.line("update", update.event.text() + " " + update.before.text() + " " +
                               update.after.text() + " " + encode_word(update.ref));
    }
    return std::move(out).finish();
}

Result<SpoolRecord> spool_record_from(std::string_view text) {
    if (text.size() > SpoolLimits::k_file_bytes) {
        return fail(ErrorCode::invalid,
                    "a spool file of " + std::to_string(text.size()) + " bytes, at most " +
                        std::to_string(SpoolLimits::k_file_bytes) + " are read");
    }
    auto record = Reader(text).read();
    // One push has one form: leading zeros, a time with an offset and the like are not ours.
    if (record && to_text(*record) != text) {
        return fail(ErrorCode::invalid, "damaged spool file: it is not in the form hooks write");
    }
    return record;
}

std::string spool_file_name(const SpoolRecord& record) {
    return record.id + std::string(k_suffix);
}

std::string_view id_of_spool_file(std::string_view name) {
    if (!name.ends_with(k_suffix)) {
        return {};
    }
    name.remove_suffix(k_suffix.size());
    return is_ulid(name) ? name : std::string_view{};
}

}  // namespace hookd::hooks
