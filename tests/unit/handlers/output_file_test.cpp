#include "handlers/output_file.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/temporary_folder.hpp"

#include <sys/stat.h>

#include <fstream>

using namespace hookd;
using namespace hookd::handlers;
using hookd::test::TemporaryFolder;

TEST_CASE("lines are keys and values") {
    CHECK(parse_outputs("") == Outputs{});
    CHECK(parse_outputs("\n\n") == Outputs{});
    CHECK(parse_outputs("a=1\n_B2=x=y z \n\nempty=\nlast=no newline") ==
          Outputs{{"a", "1"}, {"_B2", "x=y z "}, {"empty", ""}, {"last", "no newline"}});
    CHECK(parse_outputs("a=1\na=2\n") == Outputs{{"a", "2"}});
}

TEST_CASE("a JSON object of plain values is outputs") {
    CHECK(parse_outputs(" {\"a\": \"x\\ny\", \"n\": 12, \"f\": 1.5, \"t\": true}\n") ==
          Outputs{{"a", "x\ny"}, {"n", "12"}, {"f", "1.5"}, {"t", "true"}});
    CHECK(parse_outputs("{}") == Outputs{});
}

TEST_CASE("T059 what breaks the rules is refused whole") {
    const std::string key64(64, 'k');
    CHECK(parse_outputs(key64 + "=1"));
    std::string hundred;
    for (int i = 0; i < 100; ++i) {
        hundred += "k" + std::to_string(i) + "=1\n";
    }
    CHECK(parse_outputs(hundred)->size() == 100);

    const std::vector<std::string> wrong = {
        "good=1\nnonsense",
        "=1",
        "1a=1",
        "a-b=1",
        " a=1",
        "a =1",
        "\xc3\xa4=1",
        key64 + "k=1",
        std::string("a=\0", 3),
        "a=\xff",
        hundred + "one_more=1",
        "a=" + std::string(65536, 'x'),
        "{",
        "{\"a\": 1} x",
        "{\"a\": null}",
        "{\"a\": [1]}",
        "{\"a\": {}}",
        "{\"a b\": 1}",
        "{\"\": 1}",
        "{\"a\": \"\\u0000\"}",
        "{" + std::string(60'000, '['),
    };
    for (const std::string& content : wrong) {
        INFO(content.substr(0, 80));
        const auto outputs = parse_outputs(content);
        REQUIRE_FALSE(outputs);
        CHECK(outputs.error().code == ErrorCode::invalid);
        CHECK(outputs.error().message.size() < 200);
        CHECK(outputs.error().message.find('\n') == std::string::npos);
    }
}

TEST_CASE("T060 only a regular file is read, and no more of it than allowed") {
    const TemporaryFolder folder;
    const std::filesystem::path path = folder / "output";
    SECTION("a file") {
        std::ofstream(path) << "a=1\n";
        CHECK(read_output_file(path) == Outputs{{"a", "1"}});
    }
    SECTION("none") {
        CHECK(read_output_file(path) == Outputs{});
    }
    SECTION("exactly as large as allowed") {
        std::ofstream(path) << "a=" << std::string(k_output_bytes - 2, 'x');
        CHECK(read_output_file(path)->at("a").size() == k_output_bytes - 2);
    }
    SECTION("a byte larger") {
        std::ofstream(path) << "a=" << std::string(k_output_bytes - 1, 'x');
        CHECK(read_output_file(path).error().message == "the output file is larger than 64 KiB");
    }
    SECTION("a sparse terabyte") {
        std::ofstream(path).flush();
        std::filesystem::resize_file(path, std::uintmax_t{1} << 40);
        CHECK_FALSE(read_output_file(path));
    }
    SECTION("a link, wherever it leads") {
        std::ofstream(folder / "other") << "a=1\n";
        std::filesystem::create_symlink(folder / "other", path);
        CHECK(read_output_file(path).error().message ==
              "the output file is a link, not a regular file");
    }
    SECTION("a folder") {
        std::filesystem::create_directory(path);
        CHECK_FALSE(read_output_file(path));
    }
    SECTION("a FIFO that nobody writes") {
        REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
        CHECK_FALSE(read_output_file(path));
    }
}
