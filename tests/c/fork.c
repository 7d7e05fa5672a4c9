// A client that was used before a fork goes on in both processes, each with connections of its own.

#define _POSIX_C_SOURCE 200809L
#include "check.h"
#include <sys/wait.h>
#include <unistd.h>

static void send_one(const ringback_client *client) {
    ringback_response *message = NULL;
    MUST(ringback_message_send(client, "+15551234567", "+15557654321", "hello", &message));
    CHECK(ringback_response_get_text(message, "sid") != NULL);
    ringback_response_free(message);
}

int main(void) {
    ringback_client_options *options = ringback_client_options_new();
    MUST(ringback_client_options_set_timeout(options, 10));
    ringback_client *client = NULL;
    MUST(ringback_client_new_with_options(options, &client));
    ringback_client_options_free(options);
    send_one(client);

    const pid_t child = fork();
    CHECK(child >= 0);
    for (int round = 0; round < 5; ++round) {
        send_one(client);
    }
    if (child == 0) {
        ringback_client_free(client);
        _exit(0); // what the parent holds is not the child's to look for leaks in
    }
    int status = 0;
    CHECK(waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    send_one(client); // the child took nothing out of the parent's event queue
    ringback_client_free(client);
    puts("ok");
}
