// Sends a message: TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN say as whom, the arguments to whom, from where and what.
//
//     cc send_message.c $(pkg-config --cflags --libs ringback) -o send_message
//     ./send_message +15551234567 +15557654321 "Your order has shipped"

#include <ringback.h>
#include <stdio.h>

int main(int count, char **arguments) {
    if (count != 4) {
        fprintf(stderr, "usage: %s TO FROM BODY\n", arguments[0]);
        return 2;
    }
    ringback_client *client = NULL;
    ringback_response *message = NULL;
    ringback_error *error = ringback_client_new_from_env(&client);
    if (!error) {
        error = ringback_message_send(client, arguments[1], arguments[2], arguments[3], &message);
    }
    if (error) {
        fprintf(stderr, "%s\n", ringback_error_get_message(error));
    } else {
        puts(ringback_response_get_text(message, "sid"));
    }
    const int failed = error != NULL;
    ringback_response_free(message);
    ringback_error_free(error);
    ringback_client_free(client);
    return failed;
}
