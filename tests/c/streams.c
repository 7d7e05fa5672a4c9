// Messages of streams are read and written as the vectors say, audio is converted, and only Twilio may connect.
//
// The argument is a file with a vector per line, its fields separated by tabs and most of them in hexadecimal digits:
//   read    media|relay  TEXT  NAME  PAYLOAD     a message of Twilio's, its name ("" for any) and its audio
//   refuse  media|relay  TEXT
//   write   NAME  TEXT  FIELD...                 a message to Twilio, and what it is made of
//   accept|forged  TOKEN  URL  SIGNATURE         a handshake

#include "check.h"

#define DECODE RINGBACK_ERROR_KIND_DECODE
#define INVALID RINGBACK_ERROR_KIND_INVALID_ARGUMENT
#define MOST 8

typedef ringback_error *parser(const void *, size_t, ringback_stream_message **);

typedef struct {
    char *text;
    size_t length;
} bytes;

static bytes decode(const char *digits) {
    const size_t length = strlen(digits) / 2;
    // not a byte more than there is: what reads past the end of a text is found
    char *text = malloc(length + 1);
    CHECK(text != NULL);
    for (size_t index = 0; index < length; ++index) {
        unsigned int byte = 0;
        CHECK(sscanf(digits + 2 * index, "%2x", &byte) == 1);
        text[index] = (char)byte;
    }
    text[length] = '\0';
    return (bytes){text, length};
}

static parser *parser_of(const char *protocol) {
    return strcmp(protocol, "media") == 0 ? ringback_stream_message_parse_media : ringback_stream_message_parse_relay;
}

static void check_read(const char *protocol, const bytes *fields) {
    ringback_stream_message *message = NULL;
    // a copy without NUL behind it, as a WebSocket has it
    char *exact = malloc(fields[0].length ? fields[0].length : 1);
    CHECK(exact != NULL);
    memcpy(exact, fields[0].text, fields[0].length);
    MUST(parser_of(protocol)(exact, fields[0].length, &message));
    free(exact);
    if (fields[1].length) {
        CHECK_TEXT(ringback_stream_message_get_name(message), fields[1].text);
    }
    size_t length = 7;
    const uint8_t *payload = ringback_stream_message_get_payload(message, &length);
    CHECK(length == fields[2].length && (payload == NULL) == (length == 0));
    CHECK(length == 0 || memcmp(payload, fields[2].text, length) == 0);
    ringback_stream_message_free(message);
}

static void check_write(const char *name, const bytes *fields, int count) {
    ringback_stream_message *message = NULL;
    const char *first = count > 1 ? fields[1].text : NULL, *second = count > 2 ? fields[2].text : NULL;
    if (strcmp(name, "media") == 0) {
        MUST(ringback_stream_message_new_media(first, second, fields[2].length, &message));
    } else if (strcmp(name, "mark") == 0) {
        MUST(ringback_stream_message_new_mark(first, second, &message));
    } else if (strcmp(name, "clear") == 0) {
        MUST(ringback_stream_message_new_clear(first, &message));
    } else if (strcmp(name, "text") == 0) {
        MUST(ringback_stream_message_new_text(first, strcmp(second, "true") == 0, NULL, &message));
    } else {
        CHECK(strcmp(name, "end") == 0);
        MUST(ringback_stream_message_new_end(first, &message));
    }
    CHECK_TEXT(ringback_stream_message_get_name(message), name);
    CHECK_TEXT(ringback_stream_message_get_json(message, NULL), fields[0].text);
    ringback_stream_message_free(message);
}

static bool accepts(const bytes *fields) {
    ringback_webhook_validator *validator = NULL;
    MUST(ringback_webhook_validator_new(fields[0].text, &validator));
    const bool accepted = ringback_webhook_validate_handshake(validator, fields[1].text, fields[2].text);
    CHECK(!ringback_webhook_validate_handshake(validator, NULL, fields[2].text));
    CHECK(!ringback_webhook_validate_handshake(validator, fields[1].text, NULL));
    CHECK(!ringback_webhook_validate_handshake(NULL, fields[1].text, fields[2].text));
    ringback_webhook_validator_free(validator);
    return accepted;
}

static void check_line(char *line, int *counts) {
    char *words[MOST] = {NULL};
    int count = 0;
    for (char *word = line; word && count < MOST; ++count) {
        words[count] = word;
        word = strpbrk(word, "\t\n");
        if (word) {
            const bool ends = *word == '\n';
            *word++ = '\0';
            word = ends ? NULL : word;
        }
    }
    const char *what = words[0];
    const bool is_handshake = strcmp(what, "accept") == 0 || strcmp(what, "forged") == 0;
    const int begin = is_handshake ? 1 : 2;
    bytes fields[MOST];
    for (int index = begin; index < count; ++index) {
        fields[index - begin] = decode(words[index]);
    }
    if (strcmp(what, "read") == 0) {
        check_read(words[1], fields);
        ++counts[0];
    } else if (strcmp(what, "refuse") == 0) {
        ringback_stream_message *message = NULL;
        MUST_FAIL(parser_of(words[1])(fields[0].text, fields[0].length, &message), DECODE, "message");
        CHECK(message == NULL);
        ++counts[1];
    } else if (strcmp(what, "write") == 0) {
        check_write(words[1], fields, count - begin);
        ++counts[2];
    } else {
        CHECK(accepts(fields) == (strcmp(what, "accept") == 0));
        ++counts[3];
    }
    for (int index = begin; index < count; ++index) {
        free(fields[index - begin].text);
    }
}

static void values_are_found_by_their_paths(void) {
    const char said[] = "{\"event\":\"start\",\"sequenceNumber\":\"1\",\"streamSid\":\"MZ1\",\"start\":{\"callSid\":\"CA1\","
                        "\"tracks\":[\"inbound\"],\"mediaFormat\":{\"sampleRate\":8000},\"new\":true}}";
    ringback_stream_message *message = NULL;
    MUST(ringback_stream_message_parse_media(said, sizeof said - 1, &message));
    CHECK_TEXT(ringback_stream_message_get_text(message, "streamSid"), "MZ1");
    CHECK_TEXT(ringback_stream_message_get_text(message, "start/callSid"), "CA1");
    CHECK_TEXT(ringback_stream_message_get_json(message, "start/tracks"), "[\"inbound\"]");
    CHECK(ringback_stream_message_get_text(message, "start/nothing") == NULL);
    int64_t number = 0;
    CHECK(ringback_stream_message_get_integer(message, "sequenceNumber", &number) && number == 1);
    CHECK(ringback_stream_message_get_integer(message, "start/mediaFormat/sampleRate", &number) && number == 8000);
    CHECK(!ringback_stream_message_get_integer(message, "streamSid", &number) && number == 8000);
    bool flag = false;
    CHECK(ringback_stream_message_get_boolean(message, "start/new", &flag) && flag);
    ringback_stream_message_free(message);
}

static void wrong_input_is_named(void) {
    ringback_stream_message *message = NULL;
    MUST_FAIL(ringback_stream_message_parse_media(NULL, 1, &message), INVALID, "text");
    MUST_FAIL(ringback_stream_message_parse_media("\xff", 1, &message), INVALID, "text is not UTF-8");
    MUST_FAIL(ringback_stream_message_parse_media(NULL, 0, &message), DECODE, "message");
    MUST_FAIL(ringback_stream_message_parse_relay("{}", 2, NULL), INVALID, "message");
    MUST_FAIL(ringback_stream_message_new_media(NULL, NULL, 0, &message), INVALID, "stream_sid");
    MUST_FAIL(ringback_stream_message_new_media("MZ1", NULL, 1, &message), INVALID, "payload");
    MUST_FAIL(ringback_stream_message_new_mark("MZ1", "\xff", &message), INVALID, "name");
    MUST_FAIL(ringback_stream_message_new_text(NULL, true, NULL, &message), INVALID, "token");
    MUST(ringback_stream_message_new_text("hola", false, "es-MX", &message));
    CHECK_TEXT(ringback_stream_message_get_json(message, NULL),
               "{\"type\":\"text\",\"token\":\"hola\",\"last\":false,\"lang\":\"es-MX\"}");
    ringback_stream_message_free(message);
    size_t length = 7;
    CHECK(ringback_stream_message_get_payload(NULL, &length) == NULL && length == 0);
    CHECK(ringback_stream_message_get_payload(NULL, NULL) == NULL && ringback_stream_message_get_name(NULL) == NULL);
    ringback_stream_message_free(NULL);
}

static void audio_is_converted_whole(void) {
    uint8_t mulaw[256], again[256];
    int16_t pcm[256];
    for (int index = 0; index < 256; ++index) {
        mulaw[index] = (uint8_t)index;
    }
    MUST(ringback_mulaw_decode(mulaw, 256, pcm));
    CHECK(pcm[0] == -32124 && pcm[0x80] == 32124 && pcm[0xff] == 0);
    MUST(ringback_mulaw_encode(pcm, 256, again));
    again[0x7f] = again[0x7f] == 0xff ? 0x7f : 0; // there are two ways to write silence
    CHECK(memcmp(mulaw, again, 256) == 0);
    // room for nothing is enough for nothing
    MUST(ringback_mulaw_decode(NULL, 0, NULL));
    MUST(ringback_mulaw_encode(NULL, 0, NULL));
    MUST_FAIL(ringback_mulaw_decode(NULL, 1, pcm), INVALID, "mulaw");
    MUST_FAIL(ringback_mulaw_decode(mulaw, 1, NULL), INVALID, "pcm");
    MUST_FAIL(ringback_mulaw_encode(NULL, 1, again), INVALID, "pcm");
    MUST_FAIL(ringback_mulaw_encode(pcm, 1, NULL), INVALID, "mulaw");
}

int main(int argument_count, char **arguments) {
    CHECK(argument_count == 2);
    FILE *file = fopen(arguments[1], "r");
    CHECK(file != NULL);
    static char line[1 << 16];
    int counts[4] = {0};
    while (fgets(line, sizeof line, file)) {
        check_line(line, counts);
    }
    fclose(file);
    CHECK(counts[0] > 20 && counts[1] > 40 && counts[2] >= 7 && counts[3] > 30);
    values_are_found_by_their_paths();
    wrong_input_is_named();
    audio_is_converted_whole();
    printf("ok: %d read, %d refused, %d written, %d handshakes\n", counts[0], counts[1], counts[2], counts[3]);
}
