// Access tokens are made as the vectors say.
//
// The argument is a file with one token per line: the account, the API key, its secret, the identity, the region, the ttl
// and the moment, then key and JSON of each grant, all in hexadecimal digits. Each token is printed on a line.

#include "check.h"

// Gives the next field decoded in its place, or NULL at the end of the line.
static char *field(char **line) {
    char *const start = *line;
    const size_t length = strcspn(start, "\t\n");
    if (start[length] != '\t') {
        return NULL;
    }
    for (size_t index = 0; index < length / 2; ++index) {
        unsigned int byte = 0;
        CHECK(sscanf(start + 2 * index, "%2x", &byte) == 1);
        start[index] = (char)byte;
    }
    start[length / 2] = '\0';
    *line = start + length + 1;
    return start;
}

static void print(ringback_access_token *token) {
    const char *jwt = NULL;
    MUST(ringback_access_token_to_jwt(token, &jwt));
    puts(jwt);
}

static void wrong_input_is_an_error(void) {
    ringback_access_token *token = NULL;
    const ringback_error_kind wrong = RINGBACK_ERROR_KIND_INVALID_ARGUMENT;
    MUST_FAIL(ringback_access_token_new("AC1", "SK1", NULL, &token), wrong, "api_key_secret");
    MUST(ringback_access_token_new("SK1", "AC1", "secret", &token));
    const char *jwt = NULL;
    MUST_FAIL(ringback_access_token_to_jwt(token, &jwt), wrong, "account_sid");
    MUST_FAIL(ringback_access_token_to_jwt(token, NULL), wrong, "jwt");
    MUST_FAIL(ringback_access_token_grant_json(token, "voice", "{"), wrong, "JSON");
    MUST_FAIL(ringback_access_token_grant_chat(token, NULL, NULL), wrong, "service_sid");
    MUST_FAIL(ringback_access_token_set_identity(NULL, "alice"), wrong, "token");
    MUST_FAIL(ringback_access_token_set_issued_at(token, INT64_MAX), wrong, "issued_at");
    CHECK(jwt == NULL);
    ringback_access_token_free(token);
    MUST(ringback_access_token_new("AC1", "SK1", "secret", &token));
    MUST(ringback_access_token_set_ttl(token, 86401));
    MUST_FAIL(ringback_access_token_to_jwt(token, &jwt), wrong, "20104");
    ringback_access_token_free(token);
    ringback_access_token_free(NULL);
}

int main(int argument_count, char **arguments) {
    CHECK(argument_count == 2);
    FILE *file = fopen(arguments[1], "r");
    CHECK(file != NULL);
    static char line[1 << 16];
    char secret[256] = "";
    long long moment = 0;
    while (fgets(line, sizeof line, file)) {
        char *rest = line;
        const char *const account = field(&rest), *const key = field(&rest);
        snprintf(secret, sizeof secret, "%s", field(&rest));
        ringback_access_token *token = NULL;
        MUST(ringback_access_token_new(account, key, secret, &token));
        MUST(ringback_access_token_set_identity(token, field(&rest)));
        MUST(ringback_access_token_set_region(token, field(&rest)));
        MUST(ringback_access_token_set_ttl(token, (uint32_t)strtoul(field(&rest), NULL, 10)));
        moment = strtoll(field(&rest), NULL, 10);
        MUST(ringback_access_token_set_issued_at(token, moment));
        for (const char *name = field(&rest); name != NULL; name = field(&rest)) {
            MUST(ringback_access_token_grant_json(token, name, field(&rest)));
        }
        print(token);
        ringback_access_token_free(token);
    }
    fclose(file);
    ringback_access_token *token = NULL;
    MUST(ringback_access_token_new("AC1", "SK1", secret, &token));
    MUST(ringback_access_token_set_issued_at(token, moment));
    MUST(ringback_access_token_set_identity(token, "alice"));
    MUST(ringback_access_token_grant_voice(token, "AP1", true, "CR1"));
    MUST(ringback_access_token_grant_video(token, "kitchen"));
    MUST(ringback_access_token_grant_chat(token, "IS1", NULL));
    MUST(ringback_access_token_grant_sync(token, "IS2"));
    MUST(ringback_access_token_grant_task_router(token, "WS1", NULL, "worker"));
    print(token);
    ringback_access_token_free(token);
    wrong_input_is_an_error();
}
