// Signatures are accepted and refused as the vectors say.
//
// The argument is a file with one request per line: accept or refuse, then the token, the URL, the body, the content type,
// the signature and its settings in hexadecimal digits.

#include "check.h"

static char *decode(const char *digits, size_t *length) {
    *length = strlen(digits) / 2;
    char *bytes = malloc(*length + 1);
    CHECK(bytes != NULL);
    for (size_t index = 0; index < *length; ++index) {
        unsigned int byte = 0;
        CHECK(sscanf(digits + 2 * index, "%2x", &byte) == 1);
        bytes[index] = (char)byte;
    }
    bytes[*length] = '\0';
    return bytes;
}

// Gives the next field, also an empty one.
static char *field(char **line) {
    char *start = *line;
    char *end = start + strcspn(start, "\t\n");
    *line = end + (*end != '\0');
    *end = '\0';
    return start;
}

static void forms_are_read(void) {
    const char body[] = "From=%2B15551234567&Body=gr%C3%BC%C3%9F+dich&Empty=&From=second";
    ringback_form *form = NULL;
    MUST(ringback_form_parse(body, sizeof body - 1, &form));
    CHECK_TEXT(ringback_form_get(form, "From"), "+15551234567");
    CHECK_TEXT(ringback_form_get(form, "Body"), "gr\xc3\xbc\xc3\x9f dich");
    CHECK_TEXT(ringback_form_get(form, "Empty"), "");
    CHECK(ringback_form_get(form, "To") == NULL);
    ringback_form_free(form);
    MUST(ringback_form_parse(NULL, 0, &form));
    CHECK(ringback_form_get(form, "From") == NULL);
    ringback_form_free(form);
}

static void garbage_is_refused(void) {
    ringback_webhook_validator *validator = NULL;
    MUST(ringback_webhook_validator_new("12345", &validator));
    const char *const texts[] = {NULL, "", "\xff\xfe", "https://example.com", "=", "AAAAAAAAAAAAAAAAAAAAAAAAAAA="};
    const size_t count = sizeof texts / sizeof *texts;
    for (size_t url = 0; url < count; ++url) {
        for (size_t type = 0; type < count; ++type) {
            for (size_t signature = 0; signature < count; ++signature) {
                CHECK(!ringback_webhook_validate(validator, texts[url], "a\0\xff", 3, texts[type], texts[signature]));
                CHECK(!ringback_webhook_validate(validator, texts[url], NULL, 3, texts[type], texts[signature]));
            }
        }
    }
    ringback_webhook_validator_free(validator);
}

static void keys_count_where_they_are_named(void) {
    // signed by the key 12345 with HMAC-SHA256 and with HMAC-SHA1
    const char url[] = "https://mycompany.com/myapp.php?foo=1&bar=2";
    const char by_sha256[] = "M5sDn7HQLZ2oOEt/pdNtlwOrdCfzOTE0f6NWiCCM6Tg=";
    const char by_sha1[] = "zYQTYrRWXE7LtzbG4PfP7/bkkGo=";
    const char settings[] = "key=one,algorithm=HMAC_SHA256";
    ringback_webhook_validator *validator = NULL;
    MUST(ringback_webhook_validator_new_with_shared_key("one", "12345", &validator));
    CHECK(ringback_webhook_validate_with_settings(validator, url, NULL, 0, NULL, by_sha256, settings));
    CHECK(!ringback_webhook_validate_with_settings(validator, url, NULL, 0, NULL, by_sha256,
                                                   "key=two,algorithm=HMAC_SHA256"));
    CHECK(!ringback_webhook_validate_with_settings(validator, url, NULL, 0, NULL, by_sha256, NULL));
    CHECK(!ringback_webhook_validate(validator, url, NULL, 0, NULL, by_sha1));
    MUST(ringback_webhook_validator_add_token(validator, "12345"));
    CHECK(ringback_webhook_validate(validator, url, NULL, 0, NULL, by_sha1));
    MUST(ringback_webhook_validator_add_shared_key(validator, "two", "12345"));
    CHECK(ringback_webhook_validate_with_settings(validator, url, NULL, 0, NULL, by_sha256,
                                                  "key=two,algorithm=HMAC_SHA256"));
    MUST_FAIL(ringback_webhook_validator_add_token(validator, " "), RINGBACK_ERROR_KIND_CONFIGURATION, "empty");
    MUST_FAIL(ringback_webhook_validator_add_shared_key(validator, NULL, "key"), RINGBACK_ERROR_KIND_INVALID_ARGUMENT,
              "id");
    MUST_FAIL(ringback_webhook_validator_add_token(NULL, "12345"), RINGBACK_ERROR_KIND_INVALID_ARGUMENT, "validator");
    ringback_webhook_validator_free(validator);
}

static void refusals_are_explained(void) {
    const char *const names[] = {"X-Twilio-Signature", "X-Forwarded-Proto"};
    const char *const values[] = {"zYQTYrRWXE7LtzbG4PfP7/bkkGo=", "https"};
    ringback_webhook_validator *validator = NULL;
    ringback_explanation *explanation = NULL;
    MUST(ringback_webhook_validator_new("12345", &validator));
    MUST(ringback_webhook_explain(validator, "https://mycompany.com/myapp.php?foo=1&bar=2", NULL, 0, names, values, 2,
                                  &explanation));
    CHECK(ringback_explanation_get_count(explanation) == 0);
    CHECK(ringback_explanation_get_kind(explanation, 0) == NULL);
    CHECK_TEXT(ringback_explanation_get_text(explanation), "the signature fits");
    ringback_explanation_free(explanation);
    MUST(ringback_webhook_explain(validator, "http://mycompany.com/myapp.php?foo=1&bar=2", NULL, 0, names, values, 2,
                                  &explanation));
    ringback_webhook_validator_free(validator);
    CHECK(ringback_explanation_get_count(explanation) == 1);
    CHECK_TEXT(ringback_explanation_get_kind(explanation, 0), "scheme");
    CHECK(strstr(ringback_explanation_get_problem(explanation, 0), "https was signed") != NULL);
    CHECK(strlen(ringback_explanation_get_remedy(explanation, 0)) > 10);
    CHECK(ringback_explanation_is_proven(explanation, 0) && !ringback_explanation_is_proven(explanation, 1));
    CHECK(strstr(ringback_explanation_get_text(explanation), "scheme: ") != NULL);
    ringback_explanation_free(explanation);
    MUST_FAIL(ringback_webhook_explain(NULL, "x", NULL, 0, NULL, NULL, 0, &explanation),
              RINGBACK_ERROR_KIND_INVALID_ARGUMENT, "validator");
    CHECK(ringback_explanation_get_count(NULL) == 0 && ringback_explanation_get_text(NULL) == NULL);
    ringback_explanation_free(NULL);
}

static void events_are_acted_on_once(void) {
    ringback_idempotency *idempotency = NULL;
    ringback_begun begun = RINGBACK_BEGUN_DONE;
    uint64_t claim = 0;
    MUST_FAIL(ringback_idempotency_new(-1, 1, 1, &idempotency), RINGBACK_ERROR_KIND_INVALID_ARGUMENT, "lease_seconds");
    MUST(ringback_idempotency_new(60, 3600, 2, &idempotency));
    MUST(ringback_idempotency_begin(idempotency, "message:SM1:sent", &begun, &claim));
    CHECK(begun == RINGBACK_BEGUN_FIRST);
    MUST(ringback_idempotency_begin(idempotency, "message:SM1:sent", &begun, &claim));
    CHECK(begun == RINGBACK_BEGUN_IN_PROGRESS);
    CHECK(ringback_idempotency_abandon(idempotency, "message:SM1:sent", claim));
    MUST(ringback_idempotency_begin(idempotency, "message:SM1:sent", &begun, &claim));
    CHECK(begun == RINGBACK_BEGUN_FIRST);
    CHECK(!ringback_idempotency_finish(idempotency, "message:SM1:sent", claim + 1));
    CHECK(ringback_idempotency_finish(idempotency, "message:SM1:sent", claim));
    MUST(ringback_idempotency_begin(idempotency, "message:SM1:sent", &begun, &claim));
    CHECK(begun == RINGBACK_BEGUN_DONE);
    MUST(ringback_idempotency_begin(idempotency, "two", &begun, &claim));
    MUST_FAIL(ringback_idempotency_begin(idempotency, "three", &begun, &claim), RINGBACK_ERROR_KIND_CONFIGURATION,
              "full");
    MUST_FAIL(ringback_idempotency_begin(idempotency, "", &begun, &claim), RINGBACK_ERROR_KIND_INVALID_ARGUMENT, "key");
    CHECK(!ringback_idempotency_finish(NULL, "two", claim) && !ringback_idempotency_abandon(idempotency, NULL, claim));
    ringback_idempotency_free(idempotency);
    ringback_idempotency_free(NULL);
}

int main(int argument_count, char **arguments) {
    CHECK(argument_count == 2);
    FILE *file = fopen(arguments[1], "r");
    CHECK(file != NULL);
    static char line[1 << 20];
    int accepted = 0, refused = 0;
    while (fgets(line, sizeof line, file)) {
        char *rest = line;
        const bool expected = strcmp(field(&rest), "accept") == 0;
        char *values[6];
        size_t lengths[6];
        for (int index = 0; index < 6; ++index) {
            values[index] = decode(field(&rest), &lengths[index]);
        }
        ringback_webhook_validator *validator = NULL;
        MUST(ringback_webhook_validator_new(values[0], &validator));
        const char *content_type = lengths[3] ? values[3] : NULL;
        const bool found =
            lengths[5] ? ringback_webhook_validate_with_settings(validator, values[1], values[2], lengths[2],
                                                                 content_type, values[4], values[5])
                       : ringback_webhook_validate(validator, values[1], values[2], lengths[2], content_type, values[4]);
        if (found != expected) {
            fprintf(stderr, "%s must be %s\n", values[1], expected ? "accepted" : "refused");
            return 1;
        }
        accepted += expected;
        refused += !expected;
        ringback_webhook_validator_free(validator);
        for (int index = 0; index < 6; ++index) {
            free(values[index]);
        }
    }
    fclose(file);
    CHECK(accepted > 20 && refused > 20);
    forms_are_read();
    garbage_is_refused();
    keys_count_where_they_are_named();
    refusals_are_explained();
    events_are_acted_on_once();
    printf("ok: %d accepted, %d refused\n", accepted, refused);
}
