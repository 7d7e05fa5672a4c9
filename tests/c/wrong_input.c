// Nothing that a program hands over by mistake reaches the network or ends the program: it becomes an error by name.

#include "check.h"
#include <ringback.h> // a second time does no harm
#include <math.h>

#define INVALID RINGBACK_ERROR_KIND_INVALID_ARGUMENT
#define NOT_UTF_8 "\xff\xfe"

static void null_is_an_error_that_names_the_parameter(const ringback_client *client) {
    ringback_client *made = NULL;
    ringback_response *response = NULL;
    ringback_pages *pages = NULL;
    MUST_FAIL(ringback_client_new_from_env(NULL), INVALID, "client must not be NULL");
    MUST_FAIL(ringback_client_new(NULL, "token", &made), INVALID, "account_sid must not be NULL");
    MUST_FAIL(ringback_client_new("AC1", NULL, &made), INVALID, "auth_token must not be NULL");
    MUST_FAIL(ringback_client_options_set_region(NULL, "ie1"), INVALID, "options must not be NULL");
    MUST_FAIL(ringback_client_call(NULL, "messages.create", NULL, &response), INVALID, "client must not be NULL");
    MUST_FAIL(ringback_client_call(client, NULL, NULL, &response), INVALID, "operation must not be NULL");
    MUST_FAIL(ringback_client_call(client, "messages.create", NULL, NULL), INVALID, "response must not be NULL");
    MUST_FAIL(ringback_client_list(NULL, "messages.list", NULL, &pages), INVALID, "client must not be NULL");
    MUST_FAIL(ringback_client_list(client, "messages.list", NULL, NULL), INVALID, "pages must not be NULL");
    MUST_FAIL(ringback_pages_next(NULL, NULL), INVALID, "pages must not be NULL");
    MUST_FAIL(ringback_message_send(NULL, "+1", "+2", "x", &response), INVALID, "client must not be NULL");
    MUST_FAIL(ringback_message_send(client, NULL, "+2", "x", &response), INVALID, "To must not be NULL");
    MUST_FAIL(ringback_message_send(client, "+1", NULL, "x", &response), INVALID, "From must not be NULL");
    MUST_FAIL(ringback_message_send(client, "+1", "+2", NULL, &response), INVALID, "Body must not be NULL");
    MUST_FAIL(ringback_message_send(client, "+1", "+2", "x", NULL), INVALID, "response must not be NULL");
    MUST_FAIL(ringback_message_send_media(client, "+1", "+2", "x", NULL, 1, &response), INVALID,
              "MediaUrl must not be NULL");
    const char *urls[] = {"https://example.com/a.png", NULL};
    MUST_FAIL(ringback_message_send_media(client, "+1", "+2", "x", urls, 2, &response), INVALID,
              "MediaUrl[1] must not be NULL");
    MUST_FAIL(ringback_message_send_template(client, "+1", "+2", NULL, NULL, &response), INVALID,
              "ContentSid must not be NULL");
    MUST_FAIL(ringback_verification_start(client, NULL, "+1", "sms", &response), INVALID,
              "ServiceSid must not be NULL");
    MUST_FAIL(ringback_verification_start(client, "VA1", "+1", NULL, &response), INVALID, "Channel must not be NULL");
    MUST_FAIL(ringback_verification_check(client, "VA1", "+1", NULL, &response), INVALID, "Code must not be NULL");
    MUST_FAIL(ringback_call_make(client, "+1", "+2", NULL, &response), INVALID, "Url must not be NULL");
    MUST_FAIL(ringback_call_make_with_twiml(client, "+1", "+2", NULL, &response), INVALID, "Twiml must not be NULL");
    MUST_FAIL(ringback_call_redirect(client, NULL, "https://example.com", &response), INVALID, "Sid must not be NULL");
    MUST_FAIL(ringback_call_hang_up(client, NULL, &response), INVALID, "Sid must not be NULL");
    ringback_webhook_validator *validator = NULL;
    MUST_FAIL(ringback_webhook_validator_new(NULL, &validator), INVALID, "auth_token must not be NULL");
    MUST_FAIL(ringback_webhook_validator_new("token", NULL), INVALID, "validator must not be NULL");
    ringback_form *form = NULL;
    MUST_FAIL(ringback_form_parse(NULL, 3, &form), INVALID, "body must not be NULL");
    MUST_FAIL(ringback_form_parse("a=b", 3, NULL), INVALID, "form must not be NULL");
    ringback_operation *operation = NULL;
    MUST_FAIL(ringback_operation_find(NULL, &operation), INVALID, "name must not be NULL");
    MUST_FAIL(ringback_operation_find("messages.create", NULL), INVALID, "operation must not be NULL");
    MUST_FAIL(ringback_operation_find_at(0, NULL), INVALID, "operation must not be NULL");
    MUST_FAIL(ringback_operation_find_at(SIZE_MAX, &operation), INVALID, "index is");
    MUST_FAIL(ringback_twiml_add(NULL, "Say", "x", NULL), INVALID, "parent must not be NULL");
    MUST_FAIL(ringback_twiml_set(NULL, "voice", "alice"), INVALID, "verb must not be NULL");
    MUST_FAIL(ringback_twiml_to_xml(NULL, NULL), INVALID, "document must not be NULL");
    MUST_FAIL(ringback_emulator_start(0, NULL), INVALID, "emulator must not be NULL");
    MUST_FAIL(ringback_emulator_control(NULL, "GET", "/", NULL, &response), INVALID, "emulator must not be NULL");
    MUST_FAIL(ringback_client_new_for_emulator(NULL, &made), INVALID, "emulator must not be NULL");
    ringback_params *params = ringback_params_new();
    MUST_FAIL(ringback_params_set(NULL, "To", "+1"), INVALID, "params must not be NULL");
    MUST_FAIL(ringback_params_set(params, NULL, "+1"), INVALID, "name must not be NULL");
    MUST_FAIL(ringback_params_set(params, "To", NULL), INVALID, "To must not be NULL");
    MUST_FAIL(ringback_params_add(params, "MediaUrl", NULL), INVALID, "MediaUrl must not be NULL");
    MUST_FAIL(ringback_params_set_integer(NULL, "Page", 1), INVALID, "params must not be NULL");
    MUST_FAIL(ringback_params_set_boolean(params, NULL, true), INVALID, "name must not be NULL");
    ringback_params_free(params);
    CHECK(made == NULL && response == NULL && pages == NULL && validator == NULL && form == NULL && operation == NULL);
}

static void getters_of_null_give_nothing(void) {
    CHECK(ringback_error_get_message(NULL) == NULL && ringback_error_get_details(NULL) == NULL);
    CHECK(ringback_error_get_reason(NULL) == NULL && ringback_error_get_hint(NULL) == NULL);
    CHECK(ringback_error_get_more_info(NULL) == NULL && ringback_error_get_request_id(NULL) == NULL);
    CHECK(ringback_error_get_method(NULL) == NULL && ringback_error_get_uri(NULL) == NULL);
    CHECK(ringback_error_get_kind_name(NULL) == NULL && ringback_error_get_outcome_name(NULL) == NULL);
    CHECK(ringback_error_get_kind(NULL) == INVALID && ringback_error_get_outcome(NULL) == RINGBACK_OUTCOME_NOT_SENT);
    CHECK(ringback_error_get_status(NULL) == 0 && ringback_error_get_code(NULL) == 0);
    CHECK(ringback_error_get_retry_after(NULL) < 0);
    CHECK(ringback_response_get_text(NULL, "sid") == NULL && ringback_response_get_json(NULL, NULL) == NULL);
    CHECK(ringback_response_get_status(NULL) == 0 && ringback_response_get_request_id(NULL) == NULL);
    CHECK(!ringback_response_get_integer(NULL, "n", NULL) && !ringback_response_get_boolean(NULL, "n", NULL));
    CHECK(ringback_page_get_count(NULL) == 0 && ringback_page_get_text(NULL, 0, "sid") == NULL);
    CHECK(ringback_page_get_json(NULL, 0, NULL) == NULL);
    CHECK(!ringback_page_get_integer(NULL, 0, "n", NULL) && !ringback_page_get_boolean(NULL, 0, "n", NULL));
    CHECK(ringback_form_get(NULL, "From") == NULL && ringback_emulator_get_url(NULL) == NULL);
    CHECK(ringback_operation_get_name(NULL) == NULL && ringback_operation_get_method(NULL) == NULL);
    CHECK(ringback_operation_get_path(NULL) == NULL && !ringback_operation_is_list(NULL));
    CHECK(ringback_operation_get_parameter_count(NULL) == 0);
    CHECK(ringback_operation_get_parameter_name(NULL, 0) == NULL && !ringback_operation_is_parameter_required(NULL, 0));
    CHECK(ringback_operation_get_short_name(NULL) == NULL && ringback_operation_get_verb(NULL) == NULL);
    CHECK(ringback_operation_get_host(NULL) == NULL && ringback_operation_get_content_type(NULL) == NULL);
    CHECK(ringback_operation_get_status(NULL) == 0 && ringback_operation_get_model_count(NULL) == 0);
    CHECK(ringback_operation_get_parameter_place(NULL, 0) == NULL && !ringback_operation_is_parameter_list(NULL, 0));
    CHECK(ringback_operation_get_parameter_kind(NULL, 0) == NULL);
    CHECK(ringback_operation_get_parameter_model(NULL, 0) == NULL);
    CHECK(ringback_operation_get_parameter_value_count(NULL, 0) == 0);
    CHECK(ringback_operation_get_parameter_value(NULL, 0, 0) == NULL);
    CHECK(ringback_operation_get_parameter_number_limit(NULL, 0) == 0);
    CHECK(ringback_operation_get_model_name(NULL, 0) == NULL && ringback_operation_get_field_count(NULL, 0) == 0);
    CHECK(ringback_operation_get_field_name(NULL, 0, 0) == NULL && ringback_operation_get_field_kind(NULL, 0, 0) == NULL);
    CHECK(!ringback_operation_is_field_required(NULL, 0, 0) && !ringback_operation_is_field_list(NULL, 0, 0));
    CHECK(ringback_operation_get_field_value_count(NULL, 0, 0) == 0);
    CHECK(ringback_operation_get_field_value(NULL, 0, 0, 0) == NULL);
    CHECK(ringback_operation_get_field_model(NULL, 0, 0) == NULL);
    CHECK(!ringback_webhook_validate(NULL, "https://example.com", NULL, 0, NULL, "x"));
    ringback_client_free(NULL);
    ringback_client_options_free(NULL);
    ringback_error_free(NULL);
    ringback_params_free(NULL);
    ringback_response_free(NULL);
    ringback_pages_free(NULL);
    ringback_page_free(NULL);
    ringback_twiml_free(NULL);
    ringback_form_free(NULL);
    ringback_operation_free(NULL);
    ringback_webhook_validator_free(NULL);
    ringback_emulator_free(NULL);
}

static void what_cannot_be_sent_is_refused_before_it_is(const ringback_client *client) {
    ringback_response *response = NULL;
    MUST_FAIL(ringback_message_send(client, NOT_UTF_8, "+2", "x", &response), INVALID, "To is not UTF-8");
    MUST_FAIL(ringback_message_send(client, "+1", "+2", "caf\xe9", &response), INVALID, "Body is not UTF-8");
    MUST_FAIL(ringback_client_call(client, NOT_UTF_8, NULL, &response), INVALID, "operation is not UTF-8");
    MUST_FAIL(ringback_client_call(client, "messages.create", NULL, &response), INVALID, "To");
    MUST_FAIL(ringback_client_call(client, "messages.explode", NULL, &response), INVALID, "messages.explode");
    MUST_FAIL(ringback_call_hang_up(client, "CA1\r\nHost: evil.example", &response), INVALID, "Sid");
    MUST_FAIL(ringback_call_hang_up(client, "..", &response), INVALID, "Sid");
    MUST_FAIL(ringback_call_hang_up(client, "", &response), INVALID, "Sid");
    ringback_pages *pages = NULL;
    MUST_FAIL(ringback_client_list(client, "messages.create", NULL, &pages), INVALID, "is not a list");
    ringback_params *params = ringback_params_new();
    MUST(ringback_params_set(params, "To", "+1"));
    MUST(ringback_params_set(params, "Bodi", "x"));
    MUST_FAIL(ringback_client_call(client, "messages.create", params, &response), INVALID, "Bodi");
    ringback_params_free(params);
}

static void settings_that_cannot_be_used_are_named(void) {
    ringback_client *client = NULL;
    MUST_FAIL(ringback_client_new("", "token", &client), RINGBACK_ERROR_KIND_CONFIGURATION, "account_sid is empty");
    MUST_FAIL(ringback_client_new("AC1", "tok\nen", &client), RINGBACK_ERROR_KIND_CONFIGURATION, "auth_token holds");
    ringback_client_options *options = ringback_client_options_new();
    MUST_FAIL(ringback_client_options_set_timeout(options, -1), INVALID, "timeout");
    MUST_FAIL(ringback_client_options_set_timeout(options, NAN), INVALID, "timeout");
    MUST_FAIL(ringback_client_options_set_timeout(options, INFINITY), INVALID, "timeout");
    MUST_FAIL(ringback_client_options_set_base_url(options, NOT_UTF_8), INVALID, "base_url is not UTF-8");
    MUST(ringback_client_options_set_account_sid(options, "AC1"));
    MUST(ringback_client_options_set_auth_token(options, "token"));
    MUST(ringback_client_options_set_base_url(options, "http://example.com"));
    MUST_FAIL(ringback_client_new_with_options(options, &client), RINGBACK_ERROR_KIND_CONFIGURATION, "http");
    MUST(ringback_client_options_set_base_url(options, "http://127.0.0.1:9"));
    MUST_FAIL(ringback_client_options_set_ca_file(options, NOT_UTF_8), INVALID, "ca_file is not UTF-8");
    MUST_FAIL(ringback_client_options_set_proxy(options, NULL), INVALID, "proxy");
    MUST(ringback_client_options_set_proxy(options, "http://user:secret@proxy.example:3128"));
    MUST_FAIL(ringback_client_new_with_options(options, &client), RINGBACK_ERROR_KIND_CONFIGURATION, "plain http");
    MUST(ringback_client_options_set_proxy(options, "http://127.0.0.1:9"));
    MUST(ringback_client_options_set_timeout(options, 0));
    MUST_FAIL(ringback_client_new_with_options(options, &client), RINGBACK_ERROR_KIND_CONFIGURATION, "timeout");
    MUST(ringback_client_options_set_timeout(options, 2.5));
    MUST(ringback_client_options_set_max_retries(options, 0));
    MUST(ringback_client_options_set_region(options, "ie1"));
    MUST(ringback_client_options_set_edge(options, "dublin"));
    MUST(ringback_client_options_set_api_key(options, "SK1"));
    MUST(ringback_client_options_set_api_secret(options, "secret"));
    MUST(ringback_client_new_with_options(options, &client));
    MUST(ringback_client_options_set_client_id(options, "OQ1"));
    ringback_client *app = NULL;
    MUST_FAIL(ringback_client_new_with_options(options, &app), RINGBACK_ERROR_KIND_CONFIGURATION,
              "TWILIO_CLIENT_SECRET");
    MUST_FAIL(ringback_client_options_set_client_secret(options, NULL), RINGBACK_ERROR_KIND_INVALID_ARGUMENT,
              "client_secret");
    MUST(ringback_client_options_set_client_secret(options, "hidden"));
    MUST(ringback_client_new_with_options(options, &app));
    ringback_response *never = NULL;
    ringback_error *without = ringback_message_send(app, "+1", "+2", "x", &never);
    CHECK(ringback_error_get_outcome(without) == RINGBACK_OUTCOME_NOT_SENT);
    CHECK(strstr(ringback_error_get_message(without), "access token") != NULL);
    CHECK(strstr(ringback_error_get_message(without), "hidden") == NULL);
    ringback_error_free(without);
    ringback_client_free(app);
    MUST(ringback_client_options_set_ca_file(options, "/no/such/file"));
    ringback_client *untrusting = NULL;
    MUST_FAIL(ringback_client_new_with_options(options, &untrusting), RINGBACK_ERROR_KIND_CONFIGURATION,
              "ca_file /no/such/file cannot be read");
    ringback_client_options_free(options);
    ringback_webhook_validator *validator = NULL;
    MUST_FAIL(ringback_webhook_validator_new("", &validator), RINGBACK_ERROR_KIND_CONFIGURATION, "empty");

    // nobody listens there, so provably nothing was sent
    ringback_response *response = NULL;
    ringback_error *error = ringback_message_send(client, "+1", "+2", "x", &response);
    CHECK(ringback_error_get_kind(error) == RINGBACK_ERROR_KIND_TRANSPORT);
    CHECK(ringback_error_get_outcome(error) == RINGBACK_OUTCOME_NOT_SENT);
    CHECK(strstr(ringback_error_get_message(error), "secret") == NULL);
    ringback_error_free(error);
    ringback_client_free(client);
}

int main(void) {
    ringback_client *client = NULL;
    MUST_FAIL(ringback_client_new_from_env(&client), RINGBACK_ERROR_KIND_CONFIGURATION, "TWILIO_ACCOUNT_SID");
    CHECK(client == NULL);
    MUST(ringback_client_new("AC00000000000000000000000000000000", "token", &client));
    null_is_an_error_that_names_the_parameter(client);
    getters_of_null_give_nothing();
    what_cannot_be_sent_is_refused_before_it_is(client);
    settings_that_cannot_be_used_are_named();
    ringback_client_free(client);
    CHECK(ringback_version()[0] != '\0');
    puts("ok");
}
