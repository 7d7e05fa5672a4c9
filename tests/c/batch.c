// Many calls at once: results in the order of the parameters, errors in their places, and an end on demand.

#include "check.h"

#define COUNT 200

typedef struct {
    size_t told;
    size_t stop_at;
} watch;

static bool on_progress(const ringback_progress *progress, void *user_data) {
    watch *seen = user_data;
    ++seen->told;
    CHECK(progress->done == seen->told && progress->total == COUNT);
    return progress->done != seen->stop_at;
}

int main(void) {
    ringback_client *client = NULL;
    MUST(ringback_client_new_from_env(&client));
    ringback_params *params[COUNT];
    for (size_t index = 0; index < COUNT; ++index) {
        params[index] = ringback_params_new();
        // the service refuses this one, and the library the next
        MUST(ringback_params_set(params[index], "To", index == 3 ? "bad" : "+15551234567"));
        MUST(ringback_params_set(params[index], index == 4 ? "Boddy" : "Body", "hello"));
    }
    const ringback_params *const *all = (const ringback_params *const *)params;

    watch seen = {0};
    ringback_results *results = NULL;
    MUST(ringback_client_call_many(client, "messages.create", all, COUNT, 16, 0, on_progress, &seen, &results));
    CHECK(seen.told == COUNT && ringback_results_get_count(results) == COUNT);
    for (size_t index = 0; index < COUNT; ++index) {
        const ringback_response *response = ringback_results_get_response(results, index);
        const ringback_error *error = ringback_results_get_error(results, index);
        CHECK((response == NULL) == (index == 3 || index == 4) && (response == NULL) != (error == NULL));
        if (response != NULL) {
            CHECK_TEXT(ringback_response_get_text(response, "sid"), "SM00000000000000000000000000000001");
        } else {
            CHECK(ringback_error_get_outcome(error) == RINGBACK_OUTCOME_NOT_SENT);
        }
    }
    CHECK(ringback_error_get_code(ringback_results_get_error(results, 3)) == 21211);
    CHECK(strstr(ringback_error_get_message(ringback_results_get_error(results, 4)), "did you mean Body?") != NULL);
    CHECK(ringback_results_get_response(results, COUNT) == NULL && ringback_results_get_error(NULL, 0) == NULL);

    // what is taken lives on
    ringback_response *kept = ringback_results_take_response(results, 0);
    ringback_error *refused = ringback_results_take_error(results, 3);
    CHECK(ringback_results_take_response(results, 0) == NULL && ringback_results_take_error(results, 3) == NULL);
    CHECK(ringback_results_take_response(results, 4) == NULL && ringback_results_get_error(results, 4) != NULL);
    ringback_results_free(results);
    CHECK_TEXT(ringback_response_get_text(kept, "sid"), "SM00000000000000000000000000000001");
    ringback_response_free(kept);
    ringback_error_free(refused);

    // a program that has had enough knows of each call what became of it
    seen = (watch){.stop_at = 10};
    MUST(ringback_client_call_many(client, "messages.create", all, COUNT, 4, 0, on_progress, &seen, &results));
    CHECK(seen.told == 10);
    CHECK(ringback_error_get_kind(ringback_results_get_error(results, COUNT - 1)) == RINGBACK_ERROR_KIND_INTERRUPTED);
    CHECK(ringback_error_get_outcome(ringback_results_get_error(results, COUNT - 1)) == RINGBACK_OUTCOME_NOT_SENT);
    ringback_results_free(results);

    // a pace, nothing at all, and what cannot be
    MUST(ringback_client_call_many(client, "messages.create", all, 2, 0, 50, NULL, NULL, &results));
    CHECK(ringback_results_get_count(results) == 2);
    ringback_results_free(results);
    MUST(ringback_client_call_many(client, "messages.create", NULL, 0, 0, 0, NULL, NULL, &results));
    CHECK(ringback_results_get_count(results) == 0);
    ringback_results_free(results);
    const ringback_params *none = NULL;
    MUST(ringback_client_call_many(client, "messages.create", &none, 1, 0, 0, NULL, NULL, &results));
    CHECK(strstr(ringback_error_get_message(ringback_results_get_error(results, 0)), "To is required") != NULL);
    ringback_results_free(results);
    const ringback_error_kind wrong = RINGBACK_ERROR_KIND_INVALID_ARGUMENT;
    MUST_FAIL(ringback_client_call_many(client, "messages.create", all, 2, 0, -1, NULL, NULL, &results), wrong,
              "per_second");
    MUST_FAIL(ringback_client_call_many(client, "messages.crate", all, 2, 0, 0, NULL, NULL, &results), wrong,
              "messages.create");
    MUST_FAIL(ringback_client_call_many(client, "messages.create", NULL, 2, 0, 0, NULL, NULL, &results), wrong,
              "params must not be NULL");
    MUST_FAIL(ringback_client_call_many(NULL, "messages.create", all, 2, 0, 0, NULL, NULL, &results), wrong,
              "client must not be NULL");
    MUST_FAIL(ringback_client_call_many(client, "messages.create", all, 2, 0, 0, NULL, NULL, NULL), wrong,
              "results must not be NULL");

    for (size_t index = 0; index < COUNT; ++index) {
        ringback_params_free(params[index]);
    }
    ringback_client_free(client);
    puts("ok");
    return 0;
}
