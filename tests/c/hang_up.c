// A program with default signal dispositions survives a peer that hangs up while a message is being written to it.

#define _POSIX_C_SOURCE 200809L
#include "check.h"
#include <signal.h>

int main(void) {
    CHECK(signal(SIGPIPE, SIG_DFL) != SIG_ERR);
    sigset_t before, after, pending;
    CHECK(sigprocmask(SIG_BLOCK, NULL, &before) == 0);
    CHECK(sigismember(&before, SIGPIPE) == 0);

    const size_t length = 16 << 20;
    char *body = malloc(length + 1);
    CHECK(body != NULL);
    memset(body, 'x', length);
    body[length] = '\0';

    ringback_client *client = NULL;
    MUST(ringback_client_new_from_env(&client));
    for (int round = 0; round < 6; ++round) {
        ringback_response *message = NULL;
        ringback_error *error = ringback_message_send(client, "+15551234567", "+15557654321", body, &message);
        CHECK(ringback_error_get_kind(error) == RINGBACK_ERROR_KIND_TRANSPORT);
        CHECK(ringback_error_get_outcome(error) != RINGBACK_OUTCOME_SENT);
        ringback_error_free(error);
    }
    ringback_client_free(client);
    free(body);

    // the mask is as it was, and no signal waits behind it
    CHECK(sigprocmask(SIG_BLOCK, NULL, &after) == 0);
    CHECK(sigismember(&after, SIGPIPE) == 0);
    CHECK(sigpending(&pending) == 0);
    CHECK(sigismember(&pending, SIGPIPE) == 0);
    puts("ok");
}
