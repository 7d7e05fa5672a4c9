// Requests are signed with the private key of the file that the argument names; the service refuses others.

#include "check.h"

int main(int argument_count, char **arguments) {
    CHECK(argument_count == 2);
    FILE *file = fopen(arguments[1], "r");
    CHECK(file != NULL);
    static char key[1 << 14];
    CHECK(fread(key, 1, sizeof key - 1, file) > 1000);
    fclose(file);

    ringback_client *client = NULL;
    ringback_response *message = NULL;
    MUST(ringback_client_new_from_env(&client));
    MUST_FAIL(ringback_message_send(client, "+15551234567", "+15557654321", "hello", &message),
              RINGBACK_ERROR_KIND_PERMISSION_DENIED, "no");
    ringback_client_free(client);

    ringback_client_options *options = ringback_client_options_new();
    MUST_FAIL(ringback_client_options_set_client_validation(options, "AC1", "SK1", "CR1", "no key"),
              RINGBACK_ERROR_KIND_CONFIGURATION, "private_key");
    MUST_FAIL(ringback_client_options_set_client_validation(options, "AC1", "SK1", "SK1", key),
              RINGBACK_ERROR_KIND_INVALID_ARGUMENT, "credential_sid");
    MUST(ringback_client_options_set_client_validation(options, "AC1", "SK1", "CR1", key));
    MUST(ringback_client_options_set_api_key(options, "SK1"));
    MUST(ringback_client_options_set_api_secret(options, "secret"));
    MUST(ringback_client_new_with_options(options, &client));
    ringback_client_options_free(options);
    MUST(ringback_message_send(client, "+15551234567", "+15557654321", "hello", &message));
    CHECK_TEXT(ringback_response_get_text(message, "sid"), "SM1");
    ringback_response_free(message);
    ringback_client_free(client);
    puts("ok: signed requests are taken, others are not");
}
