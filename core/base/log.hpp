#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

namespace hookd {

/// The daemon's own log, on standard error: one line an entry, as text or as a JSON object.
/// Foreign text goes into fields, never into the message; control bytes are escaped.
/// **Thread:** any.
class Log {
  public:
    enum class Format { text, json };
    enum class Level { debug, info, warning, error };

    struct Field {
        std::string_view name;
        std::string value;
    };
    using Fields = std::initializer_list<Field>;

    Log(Format format, Level level);
    ~Log();
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;

    void debug(std::string_view message, Fields fields = {});
    void info(std::string_view message, Fields fields = {});
    void warning(std::string_view message, Fields fields = {});
    void error(std::string_view message, Fields fields = {});

  private:
    void write(Level level, std::string_view message, Fields fields);

    struct Sink;
    std::unique_ptr<Sink> sink_;
    Format format_;
};

}  // namespace hookd
