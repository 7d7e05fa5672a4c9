// Texts are cut into segments, and numbers checked, as the vectors say.
//
// The argument is a file with one text per line: smart or plain, the encoding, the segments, the characters, the units and
// the room, then the text in hexadecimal digits.

#include "check.h"

#define INVALID RINGBACK_ERROR_KIND_INVALID_ARGUMENT

static void what_forces_ucs_2_is_found(void) {
    ringback_segments *segments = NULL;
    MUST(ringback_segments_new("a \xe2\x80\x9c\xf0\x9f\x98\x80", false, &segments));
    CHECK(ringback_segments_get_encoding(segments) == RINGBACK_ENCODING_UCS2);
    CHECK(ringback_segments_get_unencodable_count(segments) == 2);
    CHECK_TEXT(ringback_segments_get_unencodable(segments, 0), "\xe2\x80\x9c");
    CHECK(ringback_segments_get_unencodable_offset(segments, 0) == 2);
    CHECK_TEXT(ringback_segments_get_look_alike(segments, 0), "\"");
    CHECK(ringback_segments_get_unencodable_offset(segments, 1) == 5);
    CHECK(ringback_segments_get_look_alike(segments, 1) == NULL);
    CHECK(ringback_segments_get_unencodable(segments, 2) == NULL);
    CHECK(ringback_segments_get_look_alike(segments, SIZE_MAX) == NULL);
    CHECK_TEXT(ringback_segments_get_text(segments, 0), "a \xe2\x80\x9c\xf0\x9f\x98\x80");
    CHECK(ringback_segments_get_text(segments, 1) == NULL);
    ringback_segments_free(segments);
    MUST(ringback_segments_new("\xe2\x80\x9c", true, &segments));
    CHECK_TEXT(ringback_segments_get_body(segments), "\"");
    CHECK(!ringback_segments_is_too_long(segments));
    ringback_segments_free(segments);
}

static void wrong_input_is_an_error_or_nothing(void) {
    ringback_segments *segments = NULL;
    size_t count = 7;
    MUST_FAIL(ringback_segments_new(NULL, false, &segments), INVALID, "body must not be NULL");
    MUST_FAIL(ringback_segments_new("a", false, NULL), INVALID, "segments must not be NULL");
    MUST_FAIL(ringback_text_count_segments("\xff", false, &count), INVALID, "body is not UTF-8");
    MUST_FAIL(ringback_text_count_segments("a", false, NULL), INVALID, "count must not be NULL");
    CHECK(segments == NULL && count == 7);
    CHECK(ringback_segments_get_count(NULL) == 0 && ringback_segments_get_body(NULL) == NULL);
    CHECK(ringback_segments_get_text(NULL, 0) == NULL && ringback_segments_get_unencodable_count(NULL) == 0);
    ringback_segments_free(NULL);
}

static void numbers_are_checked(void) {
    MUST(ringback_text_check_e164("+15551234567"));
    MUST_FAIL(ringback_text_check_e164("+1 (555) 123-4567"), INVALID, "remove the spaces, hyphens and brackets: +15551234567");
    MUST_FAIL(ringback_text_check_e164("5551234567"), INVALID, "write a plus sign and the country code");
    MUST_FAIL(ringback_text_check_e164(NULL), INVALID, "number must not be NULL");
}

int main(int argument_count, char **arguments) {
    CHECK(argument_count == 2);
    FILE *file = fopen(arguments[1], "r");
    CHECK(file != NULL);
    static char line[1 << 16], digits[1 << 16], body[1 << 15];
    int seen = 0;
    while (fgets(line, sizeof line, file)) {
        char manner[8], encoding[8];
        size_t expected[4];
        digits[0] = '\0';
        CHECK(sscanf(line, "%7s %7s %zu %zu %zu %zu %65535s", manner, encoding, &expected[0], &expected[1], &expected[2],
                     &expected[3], digits) >= 6);
        const size_t length = strlen(digits) / 2;
        for (size_t index = 0; index < length; ++index) {
            unsigned int byte = 0;
            CHECK(sscanf(digits + 2 * index, "%2x", &byte) == 1);
            body[index] = (char)byte;
        }
        body[length] = '\0';
        const bool smart_encoded = strcmp(manner, "smart") == 0;
        ringback_segments *segments = NULL;
        MUST(ringback_segments_new(body, smart_encoded, &segments));
        const bool is_gsm = ringback_segments_get_encoding(segments) == RINGBACK_ENCODING_GSM7;
        CHECK_TEXT(is_gsm ? "GSM-7" : "UCS-2", encoding);
        CHECK(is_gsm == (ringback_segments_get_unencodable_count(segments) == 0));
        CHECK(ringback_segments_get_count(segments) == expected[0]);
        CHECK(ringback_segments_get_characters(segments) == expected[1]);
        CHECK(ringback_segments_get_units(segments) == expected[2]);
        CHECK(ringback_segments_get_room(segments) == expected[3]);
        size_t count = 0, total = 0;
        MUST(ringback_text_count_segments(body, smart_encoded, &count));
        CHECK(count == expected[0]);
        for (size_t index = 0; index < count; ++index) {
            total += strlen(ringback_segments_get_text(segments, index));
        }
        CHECK(total == strlen(ringback_segments_get_body(segments)));
        ringback_segments_free(segments);
        ++seen;
    }
    fclose(file);
    CHECK(seen > 40);
    what_forces_ucs_2_is_found();
    wrong_input_is_an_error_or_nothing();
    numbers_are_checked();
    puts("ok");
    return 0;
}
