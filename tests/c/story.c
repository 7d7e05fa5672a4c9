// The story of the demo against the emulator, which runs inside the program: an order ships, a login is confirmed, and a
// call is led.

#include "check.h"

#define CUSTOMER "+15551234567"
#define SHOP "+15557654321"

// Calls the control surface, which must agree.
static ringback_response *control(const ringback_emulator *emulator, const char *method, const char *path,
                                  const char *body) {
    ringback_response *answer = NULL;
    MUST(ringback_emulator_control(emulator, method, path, body, &answer));
    if (ringback_response_get_status(answer) / 100 != 2) {
        fprintf(stderr, "%s %s: %s\n", method, path, ringback_response_get_json(answer, NULL));
        exit(1);
    }
    return answer;
}

static void an_order_ships(const ringback_emulator *emulator, const ringback_client *client) {
    ringback_response *message = NULL;
    MUST(ringback_message_send(client, CUSTOMER, SHOP, "Your order #1234 has shipped", &message));
    CHECK(strncmp(ringback_response_get_text(message, "sid"), "SM", 2) == 0);
    CHECK_TEXT(ringback_response_get_text(message, "body"), "Your order #1234 has shipped");
    CHECK_TEXT(ringback_response_get_text(message, "status"), "queued");

    ringback_response_free(control(emulator, "POST", "/_emulator/clock", "{\"advance\": 60}"));
    ringback_params *params = ringback_params_new();
    MUST(ringback_params_set(params, "Sid", ringback_response_get_text(message, "sid")));
    ringback_response_free(message);
    MUST(ringback_client_call(client, RINGBACK_API_V2010_ACCOUNTS_MESSAGES_FETCH, params, &message));
    ringback_params_free(params);
    CHECK_TEXT(ringback_response_get_text(message, "status"), "delivered");
    ringback_response_free(message);

    const char *pictures[] = {"https://example.com/label.png", "https://example.com/parcel.png"};
    MUST(ringback_message_send_media(client, CUSTOMER, SHOP, NULL, pictures, 2, &message));
    CHECK(strncmp(ringback_response_get_text(message, "sid"), "MM", 2) == 0);
    CHECK_TEXT(ringback_response_get_text(message, "num_media"), "2");
    ringback_response_free(message);

    MUST(ringback_message_send_template(client, "whatsapp:" CUSTOMER, "whatsapp:" SHOP,
                                        "HX00000000000000000000000000000001", "{\"1\":\"Ada\"}", &message));
    CHECK_TEXT(ringback_response_get_text(message, "to"), "whatsapp:" CUSTOMER);
    ringback_response_free(message);

    ringback_error *error = ringback_message_send(client, "not a number", SHOP, "hello", &message);
    CHECK(ringback_error_get_code(error) == 21211);
    CHECK(ringback_error_get_outcome(error) == RINGBACK_OUTCOME_NOT_SENT);
    ringback_error_free(error);
}

static void the_messages_are_listed(const ringback_client *client) {
    ringback_params *params = ringback_params_new();
    MUST(ringback_params_set_integer(params, "PageSize", 2));
    ringback_pages *pages = NULL;
    MUST(ringback_client_list(client, RINGBACK_API_V2010_ACCOUNTS_MESSAGES_LIST, params, &pages));
    ringback_params_free(params);
    size_t count = 0;
    for (;;) {
        ringback_page *page = NULL;
        MUST(ringback_pages_next(pages, &page));
        if (page == NULL) {
            break;
        }
        count += ringback_page_get_count(page);
        ringback_page_free(page);
    }
    ringback_pages_free(pages);
    CHECK(count == 3);
}

static void a_login_is_confirmed(const ringback_emulator *emulator, const ringback_client *client) {
    ringback_params *params = ringback_params_new();
    MUST(ringback_params_set(params, "FriendlyName", "Shop"));
    ringback_response *service = NULL, *verification = NULL, *check = NULL;
    MUST(ringback_client_call(client, "verify.v2.services.create", params, &service));
    ringback_params_free(params);
    const char *sid = ringback_response_get_text(service, "sid");
    MUST(ringback_verification_start(client, sid, CUSTOMER, "sms", &verification));
    CHECK_TEXT(ringback_response_get_text(verification, "status"), "pending");
    ringback_response_free(verification);

    ringback_response *open = control(emulator, "GET", "/_emulator/verifications?to=%2B15551234567", NULL);
    const char *json = ringback_response_get_json(open, NULL);
    const char *place = strstr(json, "\"code\":\"");
    CHECK(place != NULL);
    char code[16] = {0};
    CHECK(sscanf(place, "\"code\":\"%15[0-9]", code) == 1);
    ringback_response_free(open);

    MUST(ringback_verification_check(client, sid, CUSTOMER, strcmp(code, "000000") ? "000000" : "000001", &check));
    CHECK_TEXT(ringback_response_get_text(check, "status"), "pending");
    ringback_response_free(check);
    MUST(ringback_verification_check(client, sid, CUSTOMER, code, &check));
    CHECK_TEXT(ringback_response_get_text(check, "status"), "approved");
    bool valid = false;
    CHECK(ringback_response_get_boolean(check, "valid", &valid) && valid);
    ringback_response_free(check);
    ringback_response_free(service);
}

static void a_call_is_led(const ringback_emulator *emulator, const ringback_client *client) {
    ringback_twiml *menu = ringback_twiml_new_voice();
    ringback_twiml *gather = NULL;
    MUST(ringback_twiml_add(menu, "Gather", NULL, &gather));
    MUST(ringback_twiml_add(gather, "Say", "Press 1 for your order", NULL));
    const char *xml = NULL;
    MUST(ringback_twiml_to_xml(menu, &xml));
    ringback_response *call = NULL;
    MUST(ringback_call_make_with_twiml(client, CUSTOMER, SHOP, xml, &call));
    ringback_twiml_free(gather);
    ringback_twiml_free(menu);
    CHECK(strncmp(ringback_response_get_text(call, "sid"), "CA", 2) == 0);
    char sid[40], path[80];
    snprintf(sid, sizeof sid, "%s", ringback_response_get_text(call, "sid"));
    ringback_response_free(call);

    ringback_response_free(control(emulator, "POST", "/_emulator/clock", "{\"advance\": 1}"));
    snprintf(path, sizeof path, "/_emulator/calls/%s/answer", sid);
    ringback_response_free(control(emulator, "POST", path, NULL));
    snprintf(path, sizeof path, "/_emulator/calls/%s/trace", sid);
    ringback_response *trace = control(emulator, "GET", path, NULL);
    CHECK(strstr(ringback_response_get_json(trace, NULL), "Press 1 for your order") != NULL);
    ringback_response_free(trace);

    MUST(ringback_call_hang_up(client, sid, &call));
    CHECK_TEXT(ringback_response_get_text(call, "status"), "completed");
    ringback_response_free(call);
}

static void what_nobody_knows_is_refused(const ringback_emulator *emulator) {
    ringback_response *answer = NULL;
    MUST(ringback_emulator_control(emulator, "GET", "/_emulator/nothing", NULL, &answer));
    CHECK(ringback_response_get_status(answer) == 404);
    ringback_response_free(answer);
    MUST_FAIL(ringback_emulator_control(emulator, "POST", "/_emulator/messages", "{", &answer),
              RINGBACK_ERROR_KIND_INVALID_ARGUMENT, "body is not JSON");
}

int main(void) {
    ringback_emulator *emulator = NULL;
    ringback_client *client = NULL;
    MUST(ringback_emulator_start(0, &emulator));
    CHECK(strncmp(ringback_emulator_get_url(emulator), "http://127.0.0.1:", 17) == 0);
    CHECK(strncmp(ringback_emulator_get_account_sid(emulator), "AC", 2) == 0);
    CHECK(strlen(ringback_emulator_get_auth_token(emulator)) > 0);
    MUST(ringback_client_new_for_emulator(emulator, &client));
    an_order_ships(emulator, client);
    the_messages_are_listed(client);
    a_login_is_confirmed(emulator, client);
    a_call_is_led(emulator, client);
    what_nobody_knows_is_refused(emulator);
    ringback_client_free(client);
    ringback_emulator_free(emulator);
    puts("ok");
}
