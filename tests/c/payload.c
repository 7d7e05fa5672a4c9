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

static const char *sighting_name(ringback_sighting sighting) {
    switch (sighting) {
    case RINGBACK_SIGHTING_FRESH: return "fresh";
    case RINGBACK_SIGHTING_RETRIED: return "retried";
    case RINGBACK_SIGHTING_REPEATED: return "repeated";
    }
    return "";
}

static void the_table_is_followed(FILE *file) {
    static char line[LONGEST];
    int webhooks = 0, facts = 0, problems = 0, media = 0, seen = 0;
    size_t event = 0;
    ringback_cloud_events *events = NULL;
    ringback_idempotency *store = NULL;
    MUST(ringback_idempotency_new(60, 3600, 100, &store));
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
        } else if (strcmp(line, "events") == 0) {
            ringback_cloud_events_free(events);
            MUST(ringback_cloud_events_read(texts[0], strlen(texts[0]), &events));
            CHECK(ringback_cloud_events_get_count(events) == (size_t)atoll(texts[1]));
            event = 0;
        } else if (strcmp(line, "event") == 0) {
            CHECK_TEXT(ringback_cloud_events_get_attribute(events, event, "type"), name);
            CHECK_TEXT(ringback_cloud_events_get_attribute(events, event, "id"), texts[1]);
            ringback_payload *told = NULL;
            MUST(ringback_cloud_events_get_payload(events, event++, &told));
            CHECK((told == NULL) == (texts[2][0] == '\0'));
            CHECK(told == NULL || strcmp(ringback_payload_get_kind_name(told), texts[2]) == 0);
            ringback_payload_free(told);
        } else if (strcmp(line, "no events") == 0) {
            ringback_cloud_events *none = NULL;
            MUST_FAIL(ringback_cloud_events_read(name, strlen(name), &none), RINGBACK_ERROR_KIND_DECODE, texts[1]);
        } else if (strcmp(line, "seen") == 0) {
            ringback_sighting sighting;
            const char *token = texts[1][0] ? texts[2] : NULL;
            MUST(ringback_idempotency_see(store, name, token, &sighting));
            CHECK_TEXT(sighting_name(sighting), texts[3]);
            ++seen;
        } else {
            CHECK(strcmp(line, "call") == 0);
            const char *last = texts[0][0] ? texts[0] : NULL;
            CHECK_TEXT(step_name(ringback_call_ladder_compare(last, atoll(texts[1]), texts[2], atoll(texts[3]))),
                       texts[4]);
        }
        ++facts;
    }
    ringback_payload_free(payload);
    ringback_cloud_events_free(events);
    ringback_idempotency_free(store);
    CHECK(seen > 5);
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

static void events_are_read(void) {
    const char *body = "[{\"specversion\":\"1.0\",\"type\":\"com.twilio.voice.insights.call-summary.complete\",\"source\":\"s\","
                       "\"id\":\"EZ1\",\"time\":\"2025-01-01T00:00:00.500Z\",\"traceparent\":\"00-1\","
                       "\"data\":{\"duration\":7,\"from\":\"+15551234567\",\"tags\":{\"a\":[1]}}}]";
    ringback_cloud_events *events = NULL;
    MUST(ringback_cloud_events_read(body, strlen(body), &events));
    double time = 0;
    int64_t duration = 0;
    CHECK(ringback_cloud_events_get_time(events, 0, &time) && time == 1735689600.5);
    CHECK(ringback_cloud_events_get_integer(events, 0, "duration", &duration) && duration == 7);
    CHECK_TEXT(ringback_cloud_events_get_text(events, 0, "from"), "+15551234567");
    CHECK_TEXT(ringback_cloud_events_get_json(events, 0, "tags"), "{\"a\":[1]}");
    CHECK(strstr(ringback_cloud_events_get_json(events, 0, NULL), "\"duration\":7") != NULL);
    CHECK_TEXT(ringback_cloud_events_get_attribute(events, 0, "traceparent"), "00-1");
    CHECK(ringback_cloud_events_get_attribute(events, 0, "subject") == NULL);
    CHECK(ringback_cloud_events_get_attribute(events, 1, "type") == NULL);
    CHECK(!ringback_cloud_events_get_integer(events, 1, "duration", &duration));
    ringback_payload *payload = NULL;
    MUST(ringback_cloud_events_get_payload(events, 0, &payload));
    CHECK(payload == NULL);
    ringback_cloud_events_free(events);
    CHECK(ringback_cloud_events_get_count(NULL) == 0 && ringback_cloud_events_get_json(NULL, 0, NULL) == NULL);
    MUST_FAIL(ringback_cloud_events_get_payload(NULL, 0, &payload), RINGBACK_ERROR_KIND_INVALID_ARGUMENT, "events");
    ringback_cloud_events_free(NULL);
}

static void who_repeats_is_told(void) {
    ringback_idempotency *store = NULL;
    MUST(ringback_idempotency_new(60, 3600, 1, &store));
    ringback_sighting sighting;
    MUST(ringback_idempotency_see(store, "one", NULL, &sighting));
    CHECK(sighting == RINGBACK_SIGHTING_FRESH);
    // a store that is full must not forget: it fails
    MUST_FAIL(ringback_idempotency_see(store, "two", NULL, &sighting), RINGBACK_ERROR_KIND_CONFIGURATION, "full");
    MUST_FAIL(ringback_idempotency_see(NULL, "two", NULL, &sighting), RINGBACK_ERROR_KIND_INVALID_ARGUMENT, "idempotency");
    MUST_FAIL(ringback_idempotency_see(store, NULL, NULL, &sighting), RINGBACK_ERROR_KIND_INVALID_ARGUMENT, "signature");
    ringback_idempotency_free(store);
    ringback_payload *payload = NULL;
    MUST(ringback_payload_read("MessageSid=SM1&MessageStatus=sent", 33, &payload));
    // what is signed names the event; a token does so only where nothing else does
    CHECK_TEXT(ringback_payload_get_event_key(payload, NULL), "message:SM1:sent");
    CHECK_TEXT(ringback_payload_get_event_key(payload, "T1"), "message:SM1:sent");
    CHECK(ringback_payload_get_event_key(NULL, NULL) == NULL && ringback_payload_get_event_key(payload, "\xff") == NULL);
    ringback_payload_free(payload);
    MUST(ringback_payload_read("a=b", 3, &payload));
    CHECK_TEXT(ringback_payload_get_event_key(payload, "T1"), "token:T1");
    CHECK(strncmp(ringback_payload_get_event_key(payload, NULL), "params:", 7) == 0);
    ringback_payload_free(payload);
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
    events_are_read();
    who_repeats_is_told();
    nothing_is_answered_for_nothing();
    return 0;
}
