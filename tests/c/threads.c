// Threads share a client, an answer, a validator and a document.

#include "check.h"
#include <pthread.h>

enum { THREADS = 8, ROUNDS = 25 };

typedef struct {
    const ringback_client *client;
    const ringback_response *message;
    const ringback_twiml *document;
} shared;

static void *work(void *argument) {
    const shared *with = argument;
    for (int round = 0; round < ROUNDS; ++round) {
        ringback_response *message = NULL;
        MUST(ringback_message_send(with->client, "+15551234567", "+15557654321", "hello", &message));
        CHECK_TEXT(ringback_response_get_text(message, "sid"), "SM00000000000000000000000000000001");
        ringback_response_free(message);
        ringback_error *error = ringback_message_send(with->client, "bad", "+15557654321", "hello", &message);
        CHECK(ringback_error_get_code(error) == 21211);
        ringback_error_free(error);
        CHECK_TEXT(ringback_response_get_text(with->message, "sid"), "SM00000000000000000000000000000001");
        CHECK(ringback_response_get_json(with->message, NULL) != NULL);
        MUST(ringback_twiml_add(with->document, "Say", "hello", NULL));
    }
    return NULL;
}

int main(void) {
    ringback_client *client = NULL;
    ringback_response *message = NULL;
    MUST(ringback_client_new_from_env(&client));
    MUST(ringback_message_send(client, "+15551234567", "+15557654321", "hello", &message));
    ringback_twiml *document = ringback_twiml_new_voice();
    shared with = {client, message, document};
    pthread_t threads[THREADS];
    for (int index = 0; index < THREADS; ++index) {
        CHECK(pthread_create(&threads[index], NULL, work, &with) == 0);
    }
    for (int index = 0; index < THREADS; ++index) {
        CHECK(pthread_join(threads[index], NULL) == 0);
    }
    const char *xml = NULL;
    MUST(ringback_twiml_to_xml(document, &xml));
    size_t verbs = 0;
    for (const char *place = xml; (place = strstr(place, "<Say>")) != NULL; ++place) {
        ++verbs;
    }
    CHECK(verbs == THREADS * ROUNDS);
    ringback_twiml_free(document);
    ringback_response_free(message);
    ringback_client_free(client);
    puts("ok");
}
