// Webhooks say, and ladders tell, what the vectors say.
//
// The argument is a file with one fact per line: a word, and its texts in hexadecimal digits between tabs.

#include "check.h"

#include <ctype.h>

enum { TEXTS = 5, LONGEST = 1 << 16 };

static char texts[TEXTS][LONGEST];

// Reads the texts of a line, and gives how many there are.
static int decode(char *line) {
    int count = 0;
    for (char *field = strchr(line, '\t'); field != NULL; field = strchr(field, '\t')) {
        *field++ = '\0';
        CHECK(count < TEXTS);
        size_t length = 0;
        for (const char *digits = field; isxdigit((unsigned char)*digits); digits += 2, ++length) {
            unsigned int byte = 0;
            CHECK(length + 1 < LONGEST && sscanf(digits, "%2x", &byte) == 1);
            texts[count][length] = (char)byte;
        }
        texts[count++][length] = '\0';
    }
    return count;
}

static const char *step_name(ringback_ladder_step step) {
    switch (step) {
    case RINGBACK_LADDER_STEP_ADVANCE: return "advance";
    case RINGBACK_LADDER_STEP_LATE: return "late";
    case RINGBACK_LADDER_STEP_REPEATED: return "repeated";
    case RINGBACK_LADDER_STEP_CONTRADICTION: return "contradiction";
    case RINGBACK_LADDER_STEP_UNKNOWN: return "unknown";
    }
    return "";
}

static void the_table_is_followed(FILE *file) {
    static char line[LONGEST];
    int webhooks = 0, facts = 0, problems = 0, media = 0;
    ringback_payload *payload = NULL;
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = '\0';
        const int count = decode(line);
        const char *name = count > 0 ? texts[0] : NULL;
        if (strcmp(line, "webhook") == 0) {
            ringback_payload_free(payload);
            MUST(ringback_payload_read(texts[0], strlen(texts[0]), &payload));
            CHECK_TEXT(ringback_payload_get_kind_name(payload), texts[1]);
            CHECK((ringback_payload_get_kind(payload) == RINGBACK_PAYLOAD_KIND_UNKNOWN) ==
                  (strcmp(texts[1], "Unknown") == 0));
            ++webhooks, problems = 0, media = 0;
        } else if (strcmp(line, "text") == 0) {
            CHECK_TEXT(ringback_payload_get_text(payload, name), texts[1]);
            CHECK(ringback_payload_knows_field(payload, name));
        } else if (strcmp(line, "integer") == 0) {
            int64_t value = -1;
            CHECK(ringback_payload_get_integer(payload, name, &value) && value == atoll(texts[1]));
        } else if (strcmp(line, "boolean") == 0) {
            bool value = false;
            CHECK(ringback_payload_get_boolean(payload, name, &value) && value == (texts[1][0] == '1'));
        } else if (strcmp(line, "moment") == 0) {
            double value = 0;
            CHECK(ringback_payload_get_moment(payload, name, &value) && value > 1.4e9 && value < 1.8e9);
            CHECK(!ringback_payload_get_integer(payload, name, NULL));
        } else if (strcmp(line, "nothing") == 0) {
            CHECK(!ringback_payload_get_integer(payload, name, NULL));
            CHECK(!ringback_payload_get_boolean(payload, name, NULL));
            CHECK(!ringback_payload_get_moment(payload, name, NULL));
        } else if (strcmp(line, "extra") == 0) {
            CHECK(ringback_payload_get_text(payload, name) != NULL && !ringback_payload_knows_field(payload, name));
        } else if (strcmp(line, "problem") == 0) {
            CHECK_TEXT(ringback_payload_get_problem(payload, (size_t)problems++), name);
        } else if (strcmp(line, "media") == 0) {
            CHECK_TEXT(ringback_payload_get_media_url(payload, (size_t)media), name);
            const char *type = ringback_payload_get_media_type(payload, (size_t)media++);
            CHECK(strcmp(type ? type : "", texts[1]) == 0);
        } else if (strcmp(line, "message") == 0) {
            const char *last = texts[0][0] ? texts[0] : NULL;
            CHECK_TEXT(step_name(ringback_message_ladder_compare(last, texts[1])), texts[2]);
        } else {
            CHECK(strcmp(line, "call") == 0);
            const char *last = texts[0][0] ? texts[0] : NULL;
            CHECK_TEXT(step_name(ringback_call_ladder_compare(last, atoll(texts[1]), texts[2], atoll(texts[3]))),
                       texts[4]);
        }
        ++facts;
    }
    ringback_payload_free(payload);
    CHECK(webhooks > 50 && facts > 300);
    printf("ok: %d facts of %d webhooks\n", facts, webhooks);
}

static void fields_are_walked(void) {
    ringback_payload *payload = NULL;
    MUST(ringback_payload_read_url("https://example.com/sms?MessageSid=SM1&Body=a%20b&NumMedia=x&Body=c#rc=2", &payload));
    CHECK(ringback_payload_get_kind(payload) == RINGBACK_PAYLOAD_KIND_INCOMING_MESSAGE);
    CHECK(ringback_payload_get_field_count(payload) == 4);
    CHECK_TEXT(ringback_payload_get_field_name(payload, 1), "Body");
    CHECK_TEXT(ringback_payload_get_field_text(payload, 1), "a b");
    CHECK_TEXT(ringback_payload_get_field_text(payload, 3), "c");
    CHECK(ringback_payload_get_field_name(payload, 4) == NULL && ringback_payload_get_field_text(payload, 4) == NULL);
    CHECK(ringback_payload_get_problem_count(payload) == 1 && ringback_payload_get_problem(payload, 1) == NULL);
    CHECK(ringback_payload_get_media_count(payload) == 0 && ringback_payload_get_media_url(payload, 0) == NULL);
    ringback_payload_free(payload);
}

static void ladders_are_climbed(void) {
    ringback_message_ladder *messages = ringback_message_ladder_new(2);
    CHECK(ringback_message_ladder_climb(messages, "SM1", "delivered") == RINGBACK_LADDER_STEP_ADVANCE);
    CHECK(ringback_message_ladder_climb(messages, "SM1", "sent") == RINGBACK_LADDER_STEP_LATE);
    CHECK_TEXT(ringback_message_ladder_get_status(messages, "SM1"), "delivered");
    CHECK(ringback_message_ladder_get_status(messages, "SM2") == NULL);
    ringback_message_ladder_free(messages);
    ringback_call_ladder *calls = ringback_call_ladder_new(2);
    CHECK(ringback_call_ladder_climb(calls, "CA1", "ringing", 1) == RINGBACK_LADDER_STEP_ADVANCE);
    CHECK(ringback_call_ladder_climb(calls, "CA1", "initiated", 0) == RINGBACK_LADDER_STEP_LATE);
    CHECK(ringback_call_ladder_climb(calls, "CA1", "busy", -1) == RINGBACK_LADDER_STEP_ADVANCE);
    CHECK_TEXT(ringback_call_ladder_get_status(calls, "CA1"), "busy");
    ringback_call_ladder_free(calls);
}

static void nothing_is_answered_for_nothing(void) {
    CHECK(ringback_payload_get_kind(NULL) == RINGBACK_PAYLOAD_KIND_UNKNOWN);
    CHECK(ringback_payload_get_kind_name(NULL) == NULL && ringback_payload_get_text(NULL, "From") == NULL);
    CHECK(!ringback_payload_get_integer(NULL, "From", NULL) && ringback_payload_get_field_count(NULL) == 0);
    CHECK(ringback_message_ladder_climb(NULL, "SM1", "sent") == RINGBACK_LADDER_STEP_UNKNOWN);
    CHECK(ringback_message_ladder_compare("sent", NULL) == RINGBACK_LADDER_STEP_UNKNOWN);
    CHECK(ringback_call_ladder_get_status(NULL, "CA1") == NULL);
    ringback_payload *payload = NULL;
    MUST_FAIL(ringback_payload_read(NULL, 1, &payload), RINGBACK_ERROR_KIND_INVALID_ARGUMENT, "body must not be NULL");
    MUST_FAIL(ringback_payload_read("", 0, NULL), RINGBACK_ERROR_KIND_INVALID_ARGUMENT, "payload must not be NULL");
    MUST_FAIL(ringback_payload_read_url("\xff", &payload), RINGBACK_ERROR_KIND_INVALID_ARGUMENT, "url is not UTF-8");
    CHECK(payload == NULL);
    MUST(ringback_payload_read("\0\xff=&&=", 6, &payload));
    CHECK(ringback_payload_get_text(payload, NULL) == NULL && ringback_payload_get_text(payload, "\xff") == NULL);
    ringback_payload_free(payload);
    ringback_payload_free(NULL);
    ringback_message_ladder_free(NULL);
    ringback_call_ladder_free(NULL);
}

int main(int argument_count, char **arguments) {
    CHECK(argument_count == 2);
    FILE *file = fopen(arguments[1], "r");
    CHECK(file != NULL);
    the_table_is_followed(file);
    fclose(file);
    fields_are_walked();
    ladders_are_climbed();
    nothing_is_answered_for_nothing();
    return 0;
}
