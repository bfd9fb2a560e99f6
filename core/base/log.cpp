#include "core/base/log.hpp"

#include "core/base/clock.hpp"
#include "core/base/text.hpp"

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <algorithm>

namespace hookd {
namespace {

bool needs_quotes(std::string_view value) {
    const auto plain = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               std::string_view("._-/:+@%#,").find(c) != std::string_view::npos;
    };
    return value.empty() || !std::all_of(value.begin(), value.end(), plain);
}

std::string_view level_name(Log::Level level) {
    switch (level) {
        case Log::Level::debug:
            return "debug";
        case Log::Level::info:
            return "info";
        case Log::Level::warning:
            return "warning";
        case Log::Level::error:
            return "error";
    }
    return "error";
}

spdlog::level::level_enum to_spdlog(Log::Level level) {
    switch (level) {
        case Log::Level::debug:
            return spdlog::level::debug;
        case Log::Level::info:
            return spdlog::level::info;
        case Log::Level::warning:
            return spdlog::level::warn;
        case Log::Level::error:
            return spdlog::level::err;
    }
    return spdlog::level::err;
}

}  // namespace

struct Log::Sink {
    spdlog::logger logger{"hookd", std::make_shared<spdlog::sinks::stderr_sink_mt>()};
};

Log::Log(Format format, Level level) : sink_(std::make_unique<Sink>()), format_(format) {
    sink_->logger.set_pattern("%v");
    sink_->logger.set_level(to_spdlog(level));
    sink_->logger.flush_on(spdlog::level::debug);
}

Log::~Log() = default;

void Log::debug(std::string_view message, Fields fields) {
    write(Level::debug, message, fields);
}
void Log::info(std::string_view message, Fields fields) {
    write(Level::info, message, fields);
}
void Log::warning(std::string_view message, Fields fields) {
    write(Level::warning, message, fields);
}
void Log::error(std::string_view message, Fields fields) {
    write(Level::error, message, fields);
}

void Log::write(Level level, std::string_view message, Fields fields) {
    if (!sink_->logger.should_log(to_spdlog(level))) {
        return;
    }
    const std::string time = to_rfc3339(RealClock{}.wall());
    std::string line;
    if (format_ == Format::json) {
        line = "{\"time\":\"" + time + "\",\"level\":\"" + std::string(level_name(level)) +
               "\",\"message\":" + json_literal(message);
        for (const Field& field : fields) {
            line += "," + json_literal(field.name) + ":" + json_literal(field.value);
        }
        line += "}";
    } else {
        line = time + " " + std::string(level_name(level)) + " " + printable_line(message);
        for (const Field& field : fields) {
            line += " " + std::string(field.name) + "=";
            line += needs_quotes(field.value) ? json_literal(field.value) : field.value;
        }
    }
    sink_->logger.log(to_spdlog(level), line);
}

}  // namespace hookd
