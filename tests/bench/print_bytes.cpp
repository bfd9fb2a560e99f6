// An action that prints much: lines of 80 bytes up to the given number of bytes.
//
//   bench_print_bytes 200000000

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string>

int main(int argc, char** argv) {
    if (argc != 2) {
        return 2;
    }
    std::string block;
    while (block.size() < 65'520) {
        block += std::string(79, 'x') + '\n';
    }
    long long left = std::strtoll(argv[1], nullptr, 10);
    while (left > 0) {
        const auto size = std::min<long long>(left, static_cast<long long>(block.size()));
        const ::ssize_t written =
            ::write(STDOUT_FILENO, block.data(), static_cast<std::size_t>(size));
        if (written <= 0) {
            return 1;
        }
        left -= written;
    }
    return 0;
}
