// What a text takes, and what is wrong with a number, in C++.

#include <cstdlib>
#include <iostream>
#include <ringback.hpp>
#include <string>

#define CHECK(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            std::cerr << __FILE__ << ":" << __LINE__ << ": not so: " << #condition << "\n";                            \
            std::exit(1);                                                                                              \
        }                                                                                                              \
    } while (0)

int main() {
    const std::string long_text = std::string(160, '1') + "\u201c";
    const ringback::Segments plain(long_text);
    CHECK(plain.encoding() == RINGBACK_ENCODING_UCS2 && plain.count() == 3 && plain.room() == 40);
    CHECK(plain.characters() == 161 && plain.units() == 161 && !plain.is_too_long());
    const auto unencodable = plain.unencodable();
    CHECK(unencodable.size() == 1 && unencodable[0].character == "\u201c" && unencodable[0].offset == 160);
    CHECK(unencodable[0].look_alike == "\"");

    const ringback::Segments smart(long_text, true);
    CHECK(smart.encoding() == RINGBACK_ENCODING_GSM7 && smart.count() == 2 && smart.unencodable().empty());
    std::string joined;
    for (const std::string_view text : smart.texts()) {
        joined += text;
    }
    CHECK(joined == smart.body() && smart.body() == std::string(160, '1') + "\"");

    CHECK(ringback::count_segments("hello") == 1);
    ringback::check_e164("+15551234567");
    try {
        ringback::check_e164("+1 555 123 4567");
        CHECK(false);
    } catch (const ringback::Error &error) {
        CHECK(error.kind() == RINGBACK_ERROR_KIND_INVALID_ARGUMENT);
        CHECK(std::string(error.what()).find("+15551234567") != std::string::npos);
    }
    std::cout << "ok\n";
    return 0;
}
