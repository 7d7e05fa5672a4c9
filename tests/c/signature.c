// Signatures are accepted and refused as the vectors say.
//
// The argument is a file with one request per line: accept or refuse, then the token, the URL, the body, the content type
// and the signature in hexadecimal digits.

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

int main(int argument_count, char **arguments) {
    CHECK(argument_count == 2);
    FILE *file = fopen(arguments[1], "r");
    CHECK(file != NULL);
    static char line[1 << 20];
    int accepted = 0, refused = 0;
    while (fgets(line, sizeof line, file)) {
        char *rest = line;
        const bool expected = strcmp(field(&rest), "accept") == 0;
        char *values[5];
        size_t lengths[5];
        for (int index = 0; index < 5; ++index) {
            values[index] = decode(field(&rest), &lengths[index]);
        }
        ringback_webhook_validator *validator = NULL;
        MUST(ringback_webhook_validator_new(values[0], &validator));
        const char *content_type = lengths[3] ? values[3] : NULL;
        const bool found =
            ringback_webhook_validate(validator, values[1], values[2], lengths[2], content_type, values[4]);
        if (found != expected) {
            fprintf(stderr, "%s must be %s\n", values[1], expected ? "accepted" : "refused");
            return 1;
        }
        accepted += expected;
        refused += !expected;
        ringback_webhook_validator_free(validator);
        for (int index = 0; index < 5; ++index) {
            free(values[index]);
        }
    }
    fclose(file);
    CHECK(accepted > 20 && refused > 20);
    forms_are_read();
    garbage_is_refused();
    printf("ok: %d accepted, %d refused\n", accepted, refused);
}
