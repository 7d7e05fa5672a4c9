// Documents are read, and what is wrong with them is found as the vectors say.
//
// The argument is a file with a document per line: check, then its kind, its context, whether it is a parameter, and the
// document in hexadecimal digits; each of its findings follows on a line: found, severity, code, line, column, message, hint.

#include "check.h"

#define INVALID RINGBACK_ERROR_KIND_INVALID_ARGUMENT

static char *decode(const char *digits) {
    const size_t length = strlen(digits) / 2;
    char *bytes = malloc(length + 1);
    CHECK(bytes != NULL);
    for (size_t index = 0; index < length; ++index) {
        unsigned int byte = 0;
        CHECK(sscanf(digits + 2 * index, "%2x", &byte) == 1);
        bytes[index] = (char)byte;
    }
    bytes[length] = '\0';
    return bytes;
}

// Gives the next field, also an empty one, decoded.
static char *field(char **line) {
    char *start = *line;
    char *end = start + strcspn(start, "\t\n");
    *line = end + (*end != '\0');
    *end = '\0';
    return decode(start);
}

static void a_document_is_walked(void) {
    ringback_element *response = NULL;
    MUST(ringback_element_parse("<Response><!-- x --><Gather numDigits='1'>a<Say>1 &lt; 2</Say>b</Gather></Response>", &response));
    CHECK_TEXT(ringback_element_get_name(response), "Response");
    CHECK(ringback_element_get_child_count(response) == 1);
    ringback_element *gather = ringback_element_get_child(response, 0);
    ringback_element_free(response);
    CHECK_TEXT(ringback_element_get_attribute(gather, "numDigits"), "1");
    CHECK(ringback_element_get_attribute(gather, "num_digits") == NULL);
    CHECK_TEXT(ringback_element_get_text(gather), "ab");
    ringback_element *say = ringback_element_get_child(gather, 0);
    CHECK_TEXT(ringback_element_get_text(say), "1 < 2");
    CHECK(ringback_element_get_child(say, 0) == NULL);
    ringback_element_free(gather);
    CHECK_TEXT(ringback_element_get_name(say), "Say");
    ringback_element_free(say);
}

static void wrong_input_is_refused(void) {
    ringback_element *element = NULL;
    ringback_findings *findings = NULL;
    MUST_FAIL(ringback_element_parse("<Response>\n<Say>", &element), INVALID, "line 2, column 1");
    MUST_FAIL(ringback_element_parse(NULL, &element), INVALID, "xml");
    MUST_FAIL(ringback_element_parse("\xff", &element), INVALID, "UTF-8");
    MUST_FAIL(ringback_element_parse("<a/>", NULL), INVALID, "element");
    CHECK(element == NULL);
    CHECK(ringback_element_get_name(NULL) == NULL && ringback_element_get_text(NULL) == NULL);
    CHECK(ringback_element_get_child(NULL, 0) == NULL && ringback_element_get_child_count(NULL) == 0);
    MUST_FAIL(ringback_twiml_check(NULL, NULL, NULL, false, &findings), INVALID, "xml");
    MUST_FAIL(ringback_twiml_check("<a/>", "letter", NULL, false, &findings), INVALID, "voice, messaging, fax");
    MUST_FAIL(ringback_twiml_check("<a/>", NULL, "nowhere", false, &findings), INVALID, "number_url");
    MUST_FAIL(ringback_twiml_check("<a/>", NULL, NULL, false, NULL), INVALID, "findings");
    CHECK(findings == NULL);
    CHECK(ringback_findings_get_count(NULL) == 0 && ringback_findings_get_message(NULL, 0) == NULL);
    MUST(ringback_twiml_check("<response/>", NULL, NULL, false, &findings));
    CHECK(ringback_findings_get_count(findings) == 1);
    CHECK_TEXT(ringback_findings_get_text(findings, 0), "1:1: error[12102]: the root of TwiML is <Response>, not <response>");
    CHECK(ringback_findings_get_text(findings, 1) == NULL && ringback_findings_get_line(findings, 1) == 0);
    ringback_findings_free(findings);
    ringback_findings_free(NULL);
    ringback_element_free(NULL);
}

static void the_next_finding_is(const ringback_findings *findings, size_t index, char *line) {
    char *severity = field(&line), *code = field(&line), *row = field(&line), *column = field(&line);
    char *message = field(&line), *hint = field(&line);
    const bool is_error = ringback_findings_get_severity(findings, index) == RINGBACK_SEVERITY_ERROR;
    CHECK_TEXT(is_error ? "error" : "warning", severity);
    CHECK(ringback_findings_get_code(findings, index) == (uint32_t)atol(code));
    CHECK(ringback_findings_get_line(findings, index) == (size_t)atol(row));
    CHECK(ringback_findings_get_column(findings, index) == (size_t)atol(column));
    CHECK_TEXT(ringback_findings_get_message(findings, index), message);
    const char *found = ringback_findings_get_hint(findings, index);
    CHECK_TEXT(found != NULL ? found : "", hint);
    free(severity), free(code), free(row), free(column), free(message), free(hint);
}

static void findings_are_those_of(const char *path) {
    FILE *file = fopen(path, "r");
    CHECK(file != NULL);
    static char buffer[1 << 20];
    ringback_findings *findings = NULL;
    size_t seen = 0, documents = 0;
    while (fgets(buffer, sizeof buffer, file) != NULL) {
        CHECK(strchr(buffer, '\n') != NULL);
        char *line = buffer + 6;
        if (strncmp(buffer, "found\t", 6) == 0) {
            the_next_finding_is(findings, seen++, line);
            continue;
        }
        CHECK(strncmp(buffer, "check\t", 6) == 0);
        CHECK(ringback_findings_get_count(findings) == seen);
        ringback_findings_free(findings);
        char *kind = field(&line), *context = field(&line), *parameter = field(&line), *xml = field(&line);
        MUST(ringback_twiml_check(xml, *kind ? kind : NULL, *context ? context : NULL, *parameter != '\0', &findings));
        free(kind), free(context), free(parameter), free(xml);
        seen = 0;
        ++documents;
    }
    CHECK(ringback_findings_get_count(findings) == seen);
    ringback_findings_free(findings);
    CHECK(documents > 60);
    fclose(file);
}

int main(int argument_count, char **arguments) {
    CHECK(argument_count == 2);
    a_document_is_walked();
    wrong_input_is_refused();
    findings_are_those_of(arguments[1]);
    puts("ok");
}
