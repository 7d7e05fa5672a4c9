// The names of operations are one header of their own, which C99 and C++17 read, and which may be included twice.

#include <ringback_operations.h>
#include <ringback_operations.h>

#include <stdio.h>
#include <string.h>

// they are literals, so that they may stand where only a constant may
static const char *const NAMES[] = {
    RINGBACK_API_V2010_ACCOUNTS_MESSAGES_CREATE,
    RINGBACK_VERIFY_V2_SERVICES_VERIFICATIONS_CREATE,
    "prefix: " RINGBACK_CONTENT_V1_CONTENTS_CREATE,
};

int main(void) {
    if (strcmp(NAMES[0], "api.v2010.accounts.messages.create") != 0) {
        return 1;
    }
    puts("ok");
    return 0;
}
