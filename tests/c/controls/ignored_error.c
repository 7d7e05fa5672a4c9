// Must not compile: it does not look whether the call failed.

#include <ringback.h>

int main(void) {
    ringback_client *client = NULL;
    ringback_client_new_from_env(&client);
    ringback_client_free(client);
    return 0;
}
