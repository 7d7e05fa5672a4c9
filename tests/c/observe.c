// A program is told of every call that is over, on the thread that made it.

#include "check.h"
#include <pthread.h>

typedef struct {
    const ringback_client *client;
    pthread_t thread;
    int calls;
    char last[512];
} seen;

static void on_call(const ringback_call_record *record, void *user_data) {
    seen *with = user_data;
    CHECK(pthread_equal(with->thread, pthread_self()));
    CHECK(record->seconds > 0 && record->attempts == 1);
    CHECK(record->error_kind_name == NULL || record->error_kind == RINGBACK_ERROR_KIND_REJECTED);
    CHECK(strcmp(record->outcome_name, "sent") != 0 || record->outcome == RINGBACK_OUTCOME_SENT);
    snprintf(with->last, sizeof with->last, "%s %s %s %d %s %s %s", record->operation, record->method, record->path,
             record->status, record->outcome_name, record->error_kind_name ? record->error_kind_name : "-",
             record->request_id ? record->request_id : "-");
    ++with->calls;
}

// It must not call the client; one that does gets an error, and the call goes on.
static void calls_back(const ringback_call_record *record, void *user_data) {
    (void)record;
    seen *with = user_data;
    ringback_response *message = NULL;
    MUST_FAIL(ringback_message_send(with->client, "+15551234567", "+15557654321", "hello", &message),
              RINGBACK_ERROR_KIND_CONFIGURATION, "cannot wait");
    ++with->calls;
}

static ringback_client *client_with(ringback_on_call function, seen *with) {
    ringback_client *client = NULL;
    ringback_client_options *options = ringback_client_options_new();
    MUST(ringback_client_options_set_on_call(options, function, with));
    MUST(ringback_client_new_with_options(options, &client));
    ringback_client_options_free(options);
    return client;
}

int main(void) {
    seen with = {.thread = pthread_self()};
    ringback_client *client = client_with(on_call, &with);
    ringback_response *message = NULL;
    MUST(ringback_message_send(client, "+15551234567", "+15557654321", "hello", &message));
    ringback_response_free(message);
    const char *start = "api.v2010.accounts.messages.create POST /2010-04-01/Accounts/AC";
    CHECK(with.calls == 1 && strncmp(with.last, start, strlen(start)) == 0);
    CHECK(strstr(with.last, "/Messages.json 201 sent - RQ00000000000000000000000000000001") != NULL);

    ringback_error *error = ringback_message_send(client, "bad", "+15557654321", "hello", &message);
    ringback_error_free(error);
    CHECK(with.calls == 2 && strstr(with.last, " 400 not_sent rejected ") != NULL);

    // what was refused before it was sent is no call
    error = ringback_client_call(client, RINGBACK_API_V2010_ACCOUNTS_MESSAGES_CREATE, NULL, &message);
    ringback_error_free(error);
    CHECK(with.calls == 2);

    // a list makes a call a page, also when the client is gone
    ringback_pages *pages = NULL;
    ringback_page *page = NULL;
    MUST(ringback_client_list(client, RINGBACK_API_V2010_ACCOUNTS_MESSAGES_LIST, NULL, &pages));
    ringback_client_free(client);
    do {
        MUST(ringback_pages_next(pages, &page));
        ringback_page_free(page);
    } while (page != NULL);
    CHECK(with.calls == 4 && strstr(with.last, "?") == NULL);
    ringback_pages_free(pages);

    with.calls = 0;
    client = client_with(calls_back, &with);
    with.client = client;
    MUST(ringback_message_send(client, "+15551234567", "+15557654321", "hello", &message));
    ringback_response_free(message);
    ringback_client_free(client);
    CHECK(with.calls == 1);

    client = client_with(NULL, NULL);
    MUST(ringback_message_send(client, "+15551234567", "+15557654321", "hello", &message));
    ringback_response_free(message);
    ringback_client_free(client);
    MUST_FAIL(ringback_client_options_set_on_call(NULL, on_call, &with), RINGBACK_ERROR_KIND_INVALID_ARGUMENT,
              "options must not be NULL");
    puts("ok");
}
