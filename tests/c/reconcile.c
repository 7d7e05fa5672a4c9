// What became of messages whose sends ended unknown: found with their sids, absent, ambiguous, and by a correlation id.

#include "check.h"

#define CUSTOMER "+15551234567"
#define SHOP "+15557654321"
#define CALLBACK "http://127.0.0.1:9/status?order=%2f1"

static ringback_client *client_of(const ringback_emulator *emulator) {
    ringback_client_options *options = ringback_client_options_new();
    ringback_client *client = NULL;
    MUST(ringback_client_options_set_account_sid(options, ringback_emulator_get_account_sid(emulator)));
    MUST(ringback_client_options_set_auth_token(options, ringback_emulator_get_auth_token(emulator)));
    MUST(ringback_client_options_set_base_url(options, ringback_emulator_get_url(emulator)));
    MUST(ringback_client_options_set_timeout(options, 2)); // absence is certain after half of it
    MUST(ringback_client_options_set_correlate_callbacks(options, true));
    MUST(ringback_client_new_with_options(options, &client));
    ringback_client_options_free(options);
    return client;
}

static ringback_params *order(const char *body, const char *callback) {
    ringback_params *params = ringback_params_new();
    MUST(ringback_params_set(params, "To", CUSTOMER));
    MUST(ringback_params_set(params, "From", SHOP));
    MUST(ringback_params_set(params, "Body", body));
    if (callback != NULL) {
        MUST(ringback_params_set(params, "StatusCallback", callback));
    }
    return params;
}

// Sends a message whose answer is lost before or after the work is done; gives the error.
static ringback_error *lose(const ringback_emulator *emulator, const ringback_client *client, const char *when,
                            const ringback_params *params) {
    char fault[200];
    snprintf(fault, sizeof fault,
             "{\"match\":{\"operation\":\"messages.create\"},\"fault\":{\"reset\":\"%s\"},\"times\":1}", when);
    ringback_response *answer = NULL;
    MUST(ringback_emulator_control(emulator, "POST", "/_emulator/faults", fault, &answer));
    CHECK(ringback_response_get_status(answer) == 200);
    ringback_response_free(answer);
    ringback_error *error = ringback_client_call(client, "messages.create", params, &answer);
    CHECK(ringback_error_get_outcome(error) == RINGBACK_OUTCOME_UNKNOWN);
    CHECK(ringback_error_get_begun_at(error) > 1e9);
    return error;
}

static void the_list_decides(const ringback_emulator *emulator, const ringback_client *client) {
    ringback_params *params = order("hello", NULL);
    ringback_reconciliation *found = NULL;

    ringback_error *error = lose(emulator, client, "before", params);
    MUST(ringback_message_reconcile(client, params, ringback_error_get_begun_at(error), NULL, 0, &found));
    CHECK(ringback_reconciliation_get_verdict(found) == RINGBACK_VERDICT_ABSENT);
    CHECK(ringback_reconciliation_get_count(found) == 0);
    CHECK(ringback_reconciliation_get_text(found, 0, "sid") == NULL);
    CHECK(ringback_error_get_correlation_id(error) == NULL); // there is no callback
    ringback_reconciliation_free(found);
    ringback_error_free(error);

    error = lose(emulator, client, "after", params);
    const double at = ringback_error_get_begun_at(error);
    ringback_error_free(error);
    MUST(ringback_message_reconcile(client, params, at, NULL, 0, &found));
    CHECK(ringback_reconciliation_get_verdict(found) == RINGBACK_VERDICT_FOUND);
    CHECK(ringback_reconciliation_get_count(found) == 1);
    CHECK(strstr(ringback_reconciliation_get_json(found, 0, NULL), "\"body\":\"hello\"") != NULL);
    char first[40];
    snprintf(first, sizeof first, "%s", ringback_reconciliation_get_text(found, 0, "sid"));
    CHECK(strncmp(first, "SM", 2) == 0);
    ringback_reconciliation_free(found);

    // two equal ones cannot be told apart, unless one is known
    ringback_error_free(lose(emulator, client, "after", params));
    MUST(ringback_message_reconcile(client, params, at, NULL, 0, &found));
    CHECK(ringback_reconciliation_get_verdict(found) == RINGBACK_VERDICT_AMBIGUOUS);
    CHECK(ringback_reconciliation_get_count(found) == 2);
    ringback_reconciliation_free(found);
    const char *known[] = {first};
    MUST(ringback_message_reconcile(client, params, at, known, 1, &found));
    CHECK(ringback_reconciliation_get_verdict(found) == RINGBACK_VERDICT_FOUND);
    CHECK(strcmp(ringback_reconciliation_get_text(found, 0, "sid"), first) != 0);
    ringback_reconciliation_free(found);
    ringback_params_free(params);
}

static void the_callback_decides(const ringback_emulator *emulator, const ringback_client *client) {
    ringback_params *params = order("with a callback", CALLBACK "#rc=2");
    ringback_error *error = lose(emulator, client, "after", params);
    const char *id = ringback_error_get_correlation_id(error);
    CHECK(id != NULL && strlen(id) == 32);

    // what the emulator was sent carries it, the query before it as it was and the fragment last
    char url[200], wanted[220];
    snprintf(url, sizeof url, "%s&ringback_correlation_id=%s#rc=2", CALLBACK, id);
    snprintf(wanted, sizeof wanted, "\"%s\"", url);
    ringback_response *events = NULL;
    MUST(ringback_emulator_control(emulator, "GET", "/_emulator/events", NULL, &events));
    CHECK(strstr(ringback_response_get_json(events, NULL), wanted) != NULL);
    ringback_response_free(events);

    ringback_form *form = NULL;
    MUST(ringback_form_parse_url(url, &form));
    CHECK_TEXT(ringback_form_get_correlation_id(form), id);
    CHECK_TEXT(ringback_form_get(form, "order"), "/1");
    ringback_form_free(form);
    MUST(ringback_form_parse_url(CALLBACK, &form));
    CHECK(ringback_form_get_correlation_id(form) == NULL);
    ringback_form_free(form);
    ringback_error_free(error);
    ringback_params_free(params);
}

static void what_cannot_be_is_refused_and_decides_nothing(const ringback_client *client) {
    const ringback_error_kind wrong = RINGBACK_ERROR_KIND_INVALID_ARGUMENT;
    ringback_params *params = order("hello", NULL);
    ringback_reconciliation *found = NULL;
    const char *nothing[] = {NULL};
    MUST_FAIL(ringback_message_reconcile(NULL, params, 1e9, NULL, 0, &found), wrong, "client must not be NULL");
    MUST_FAIL(ringback_message_reconcile(client, NULL, 1e9, NULL, 0, &found), wrong, "To is required");
    MUST_FAIL(ringback_message_reconcile(client, params, 1e9, NULL, 1, &found), wrong, "known");
    MUST_FAIL(ringback_message_reconcile(client, params, 1e9, nothing, 1, &found), wrong, "known");
    MUST_FAIL(ringback_message_reconcile(client, params, 1e9, NULL, 0, NULL), wrong, "reconciliation must not be NULL");
    MUST_FAIL(ringback_message_reconcile(client, params, 1e300, NULL, 0, &found), wrong, "at_unix_seconds");
    MUST_FAIL(ringback_client_options_set_correlate_callbacks(NULL, true), wrong, "options must not be NULL");
    ringback_form *form = NULL;
    MUST_FAIL(ringback_form_parse_url(NULL, &form), wrong, "url must not be NULL");
    // whoever would send it again must not be told that it was not sent
    ringback_error *error =
        ringback_message_reconcile(client, params, ringback_error_get_begun_at(NULL), NULL, 0, &found);
    CHECK(ringback_error_get_kind(error) == wrong && ringback_error_get_outcome(error) == RINGBACK_OUTCOME_UNKNOWN);
    ringback_error_free(error);
    CHECK(ringback_reconciliation_get_verdict(NULL) == RINGBACK_VERDICT_AMBIGUOUS);
    CHECK(ringback_reconciliation_get_count(NULL) == 0);
    CHECK(ringback_reconciliation_get_json(NULL, 0, NULL) == NULL && ringback_error_get_correlation_id(NULL) == NULL);
    CHECK(ringback_form_get_correlation_id(NULL) == NULL);
    ringback_reconciliation_free(NULL);
    ringback_params_free(params);
}

int main(void) {
    ringback_emulator *emulator = NULL;
    MUST(ringback_emulator_start(0, &emulator));
    ringback_client *client = client_of(emulator);
    the_list_decides(emulator, client);
    the_callback_decides(emulator, client);
    what_cannot_be_is_refused_and_decides_nothing(client);
    ringback_client_free(client);
    ringback_emulator_free(emulator);
    puts("ok");
}
