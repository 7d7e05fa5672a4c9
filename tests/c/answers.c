// What a service answers arrives whole: values, errors with all their fields, and lists over several pages.

#include "check.h"

static void values_are_read_by_their_keys(const ringback_client *client) {
    ringback_params *params = ringback_params_new();
    MUST(ringback_params_set(params, "To", "+15551234567"));
    MUST(ringback_params_set(params, "from_", "+15557654321"));
    MUST(ringback_params_set(params, "Body", "gr\xc3\xbc\xc3\x9f dich"));
    MUST(ringback_params_add(params, "MediaUrl", "https://example.com/a.png"));
    MUST(ringback_params_add(params, "MediaUrl", "https://example.com/b.png"));
    MUST(ringback_params_set_integer(params, "ValidityPeriod", 60));
    MUST(ringback_params_set_boolean(params, "SmartEncoded", true));
    ringback_response *message = NULL;
    MUST(ringback_client_call(client, RINGBACK_API_V2010_ACCOUNTS_MESSAGES_CREATE, params, &message));
    ringback_params_free(params);

    CHECK(ringback_response_get_status(message) == 201);
    CHECK_TEXT(ringback_response_get_request_id(message), "RQ00000000000000000000000000000001");
    CHECK_TEXT(ringback_response_get_text(message, "sid"), "SM00000000000000000000000000000001");
    // the service sends the form back as it read it
    CHECK_TEXT(ringback_response_get_text(message, "body"),
               "To=%2B15551234567&From=%2B15557654321&Body=gr%C3%BC%C3%9F+dich&MediaUrl=https%3A%2F%2Fexample.com%2Fa.png"
               "&MediaUrl=https%3A%2F%2Fexample.com%2Fb.png&ValidityPeriod=60&SmartEncoded=true");
    const char *sid = ringback_response_get_text(message, "sid");
    CHECK(sid == ringback_response_get_text(message, "sid"));
    CHECK_TEXT(ringback_response_get_text(message, "subresource_uris/media"), "/media.json");
    CHECK_TEXT(ringback_response_get_text(message, "price"), "-0.00750");
    CHECK_TEXT(ringback_response_get_text(message, "error_code"), "30007");
    CHECK_TEXT(ringback_response_get_text(message, "flag"), "true");
    CHECK_TEXT(ringback_response_get_text(message, "with_nul"), "a\xef\xbf\xbd"
                                                                "b");
    CHECK(ringback_response_get_text(message, "nothing") == NULL);
    CHECK(ringback_response_get_text(message, "absent") == NULL);
    CHECK(ringback_response_get_text(message, "subresource_uris") == NULL);

    int64_t number = -1;
    bool flag = false;
    CHECK(ringback_response_get_integer(message, "error_code", &number) && number == 30007);
    CHECK(ringback_response_get_integer(message, "num_segments", &number) && number == 2);
    CHECK(!ringback_response_get_integer(message, "absent", &number) && number == 2);
    CHECK(ringback_response_get_boolean(message, "flag", &flag) && flag);
    CHECK(!ringback_response_get_boolean(message, "sid", &flag));
    CHECK_TEXT(ringback_response_get_json(message, "subresource_uris"), "{\"media\":\"/media.json\"}");
    CHECK_TEXT(ringback_response_get_json(message, "nothing"), "null");
    CHECK(ringback_response_get_json(message, "absent") == NULL);
    CHECK(ringback_response_get_json(message, NULL)[0] == '{');
    ringback_response_free(message);
}

static void an_empty_answer_has_no_values(const ringback_client *client) {
    ringback_params *params = ringback_params_new();
    MUST(ringback_params_set(params, "Sid", "SM00000000000000000000000000000001"));
    ringback_response *answer = NULL;
    MUST(ringback_client_call(client, "messages.delete", params, &answer));
    ringback_params_free(params);
    CHECK(ringback_response_get_status(answer) == 204);
    CHECK(ringback_response_get_json(answer, NULL) == NULL);
    CHECK(ringback_response_get_text(answer, "sid") == NULL);
    ringback_response_free(answer);
}

static void an_error_carries_what_twilio_said(const ringback_client *client) {
    ringback_response *message = NULL;
    ringback_error *error = ringback_message_send(client, "bad", "+15557654321", "hello", &message);
    CHECK(message == NULL);
    CHECK(ringback_error_get_kind(error) == RINGBACK_ERROR_KIND_REJECTED);
    CHECK(ringback_error_get_outcome(error) == RINGBACK_OUTCOME_NOT_SENT);
    CHECK_TEXT(ringback_error_get_kind_name(error), "rejected");
    CHECK_TEXT(ringback_error_get_outcome_name(error), "not_sent");
    CHECK(ringback_error_get_status(error) == 400);
    CHECK(ringback_error_get_code(error) == 21211);
    CHECK_TEXT(ringback_error_get_reason(error), "Invalid 'To' Phone Number: bad");
    CHECK(strstr(ringback_error_get_message(error), "Invalid 'To' Phone Number: bad (HTTP 400, code 21211); write"));
    CHECK(strstr(ringback_error_get_hint(error), "E.164"));
    CHECK_TEXT(ringback_error_get_more_info(error), "https://www.twilio.com/docs/errors/21211");
    CHECK_TEXT(ringback_error_get_details(error), "{\"field\":\"To\"}");
    CHECK_TEXT(ringback_error_get_request_id(error), "RQ00000000000000000000000000000001");
    CHECK(ringback_error_get_retry_after(error) == 7.0);
    CHECK_TEXT(ringback_error_get_method(error), "POST");
    CHECK_TEXT(ringback_error_get_uri(error), "/2010-04-01/Accounts/AC00000000000000000000000000000000/Messages.json");
    ringback_error_free(error);
}

static void a_list_is_walked_to_its_end(const ringback_client *client) {
    ringback_params *params = ringback_params_new();
    MUST(ringback_params_set_integer(params, "PageSize", 2));
    ringback_pages *pages = NULL;
    MUST(ringback_client_list(client, "messages.list", params, &pages));
    ringback_params_free(params);
    size_t records = 0;
    for (;;) {
        ringback_page *page = NULL;
        MUST(ringback_pages_next(pages, &page));
        if (page == NULL) {
            break;
        }
        for (size_t index = 0; index < ringback_page_get_count(page); ++index, ++records) {
            char expected[8];
            snprintf(expected, sizeof expected, "SM%zu", records);
            CHECK_TEXT(ringback_page_get_text(page, index, "sid"), expected);
            int64_t number = -1;
            CHECK(ringback_page_get_integer(page, index, "number", &number) && number == (int64_t)records);
            bool even = false;
            CHECK(ringback_page_get_boolean(page, index, "even", &even) && even == (records % 2 == 0));
            CHECK(ringback_page_get_json(page, index, NULL)[0] == '{');
        }
        CHECK(ringback_page_get_text(page, ringback_page_get_count(page), "sid") == NULL);
        ringback_page_free(page);
    }
    CHECK(records == 3);
    ringback_page *page = NULL;
    MUST(ringback_pages_next(pages, &page));
    CHECK(page == NULL);
    ringback_pages_free(pages);
}

static void the_table_can_be_asked(void) {
    ringback_operation *operation = NULL;
    MUST(ringback_operation_find("messages.create", &operation));
    CHECK_TEXT(ringback_operation_get_name(operation), RINGBACK_API_V2010_ACCOUNTS_MESSAGES_CREATE);
    CHECK_TEXT(ringback_operation_get_method(operation), "POST");
    CHECK_TEXT(ringback_operation_get_path(operation), "/2010-04-01/Accounts/{AccountSid}/Messages.json");
    CHECK(!ringback_operation_is_list(operation));
    bool to_is_required = false;
    const size_t count = ringback_operation_get_parameter_count(operation);
    for (size_t index = 0; index < count; ++index) {
        if (strcmp(ringback_operation_get_parameter_name(operation, index), "To") == 0) {
            to_is_required = ringback_operation_is_parameter_required(operation, index);
        }
    }
    CHECK(to_is_required);
    CHECK(ringback_operation_get_parameter_name(operation, count) == NULL);
    ringback_operation_free(operation);
    MUST_FAIL(ringback_operation_find("messages.creat", &operation), RINGBACK_ERROR_KIND_INVALID_ARGUMENT,
              "did you mean messages.create");
}

int main(void) {
    ringback_client *client = NULL;
    MUST(ringback_client_new_from_env(&client));
    values_are_read_by_their_keys(client);
    an_empty_answer_has_no_values(client);
    an_error_carries_what_twilio_said(client);
    a_list_is_walked_to_its_end(client);
    the_table_can_be_asked();
    ringback_client_free(client);
    puts("ok");
}
