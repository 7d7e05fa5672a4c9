// The whole story in C: an order ships, a login is confirmed, a text is answered, a call is made, a forger is refused.
//
// Everything is real HTTP over loopback, to the emulator inside this process: story [TO [FROM]]. A function that can
// fail gives false after it said why; whoever declares a handle frees it, whatever happened.

#include "shop.h"

// The emulator takes any account of the right form.
#define ACCOUNT_SID "AC11111111111111111111111111111111"
#define TEMPLATE_SID "HX00000000000000000000000000000001"

enum {
    JSON_SIZE = 512,  // room for a body that is sent to the emulator
    NUMBER_SIZE = 64, // room for a number with "whatsapp:" before it
    LOOKS = 400,      // how often a resource is looked at until it is as it should be
    PAUSE = 25        // milliseconds between two looks
};

// What every step needs: the phone network, the client, the shop's own server, and the two numbers.
struct story {
    ringback_emulator *emulator;
    ringback_client *client;
    struct shop shop;
    const char *customer;
    const char *number;
};

static void pause_between_looks(void) {
    const struct timespec pause = {.tv_sec = 0, .tv_nsec = PAUSE * 1000000L};
    nanosleep(&pause, NULL);
}

// Calls an operation with parameters given as name, value, name, value, …, NULL.
static bool call(const struct story *story, const char *operation, const char *const parameters[],
                 ringback_response **response) {
    ringback_params *params = ringback_params_new();
    bool done = true;
    for (size_t index = 0; done && parameters[index] != NULL; index += 2) {
        done = ok(ringback_params_set(params, parameters[index], parameters[index + 1]));
    }
    done = done && ok(ringback_client_call(story->client, operation, params, response));
    ringback_params_free(params);
    return done;
}

// What a person or the network does, told to the emulator.
static bool act(const struct story *story, const char *method, const char *path, const char *body,
                ringback_response **answer) {
    if (!ok(ringback_emulator_control(story->emulator, method, path, body, answer))) {
        return false;
    }
    const bool done = ringback_response_get_status(*answer) < 300;
    if (!done) {
        fprintf(stderr, "the story ends: %s %s: %s\n", method, path, shown(ringback_response_get_json(*answer, NULL)));
    }
    return done;
}

// The same where the answer does not matter.
static bool just_act(const struct story *story, const char *path, const char *body) {
    ringback_response *answer = NULL;
    const bool done = act(story, "POST", path, body, &answer);
    ringback_response_free(answer);
    return done;
}

// A text from the outside world arrives.
static bool write_to_shop(const struct story *story, const char *from, const char *to, const char *body) {
    char json[JSON_SIZE];
    snprintf(json, sizeof json, "{\"from\": \"%s\", \"to\": \"%s\", \"body\": \"%s\"}", from, to, body);
    return just_act(story, "/_emulator/messages", json);
}

// Whether the service refused with this code; tells and frees the error.
static bool refused(ringback_error *error, int64_t code) {
    const bool no = error != NULL, why = ringback_error_get_code(error) == code;
    if (no) {
        printf("   ← %s\n", ringback_error_get_message(error));
    }
    ringback_error_free(error);
    return expect(no, "the service says no") && expect(why, "the service says why");
}

// Gives the shop its number, whose texts and calls go to the shop's server.
static bool open_the_line(const struct story *story) {
    ringback_response *response = NULL;
    char sms[URL_SIZE], voice[URL_SIZE];
    snprintf(sms, sizeof sms, "%s/sms", story->shop.server.url);
    snprintf(voice, sizeof voice, "%s/voice", story->shop.server.url);
    const char *const number[] = {"PhoneNumber", story->number, "SmsUrl", sms, "VoiceUrl", voice, NULL};
    const bool done = call(story, RINGBACK_API_V2010_ACCOUNTS_INCOMING_PHONE_NUMBERS_CREATE, number, &response);
    ringback_response_free(response);
    return done;
}

// Looks what became of a message.
static bool check_delivered(const struct story *story, const char *sid) {
    ringback_response *message = NULL;
    const char *const parameters[] = {"Sid", sid, NULL};
    bool done = call(story, RINGBACK_API_V2010_ACCOUNTS_MESSAGES_FETCH, parameters, &message);
    if (done) {
        const char *status = ringback_response_get_text(message, "status");
        printf("   ← %s %s\n", sid, shown(status));
        done = expect(equal(status, "delivered"), "the message is delivered");
    }
    ringback_response_free(message);
    return done;
}

// Sends a message and follows its signed callbacks until it is delivered.
static bool deliver(struct story *story, const char *what, const char *const parameters[]) {
    ringback_response *message = NULL;
    printf("   → %s:", what);
    for (const char *const *parameter = parameters; *parameter != NULL; parameter += 2) {
        printf(" %s=%s", parameter[0], parameter[1]);
    }
    putchar('\n');
    bool done = call(story, RINGBACK_API_V2010_ACCOUNTS_MESSAGES_CREATE, parameters, &message);
    if (done) {
        const char *sid = ringback_response_get_text(message, "sid");
        const struct wanted same = {"MessageSid", sid}, delivered = {"MessageStatus", "delivered"};
        printf("   ← %s %s\n", shown(sid), shown(ringback_response_get_text(message, "status")));
        done = shop_wait(&story->shop, same, delivered) && check_delivered(story, sid);
    }
    ringback_response_free(message);
    return done;
}

static bool an_order_ships(struct story *story) {
    const char *to = story->customer, *from = story->number;
    char status[URL_SIZE], picture[URL_SIZE], whatsapp_to[NUMBER_SIZE], whatsapp_from[NUMBER_SIZE];
    snprintf(status, sizeof status, "%s/status", story->shop.server.url);
    snprintf(picture, sizeof picture, "%s/parcel.png", story->shop.server.url);
    snprintf(whatsapp_to, sizeof whatsapp_to, "whatsapp:%s", to);
    snprintf(whatsapp_from, sizeof whatsapp_from, "whatsapp:%s", from);

    const char *const sms[] = {
        "To", to, "From", from, "StatusCallback", status, "Body", "Your order #1234 has shipped", NULL,
    };
    const char *const mms[] = {
        "To", to, "From", from, "StatusCallback", status, "Body", "This is it", "MediaUrl", picture, NULL,
    };
    const char *const text[] = {
        "To", whatsapp_to, "From", whatsapp_from, "StatusCallback", status, "Body", "Around the corner!", NULL,
    };
    const char *const template[] = {
        "To", whatsapp_to, "From", whatsapp_from, "StatusCallback", status,
        "ContentSid", TEMPLATE_SID, "ContentVariables", "{\"1\":\"#1234\"}", NULL,
    };
    printf("\n1. An order ships\n");
    return deliver(story, "SMS", sms) && deliver(story, "MMS", mms) &&
           // WhatsApp takes free text for a day after the person wrote
           write_to_shop(story, whatsapp_to, whatsapp_from, "Where is it?") &&
           deliver(story, "WhatsApp text", text) && deliver(story, "WhatsApp template", template);
}

static bool check_code(const struct story *story, const char *service, const char *code, const char *expected) {
    ringback_response *check = NULL;
    printf("   → code %s\n", code);
    bool done = ok(ringback_verification_check(story->client, service, story->customer, code, &check));
    if (done) {
        const char *status = ringback_response_get_text(check, "status");
        printf("   ← %s\n", shown(status));
        done = expect(equal(status, expected), "the check says what it should");
    }
    ringback_response_free(check);
    return done;
}

// A verification is over once it is approved: the same code does not work again.
static bool check_code_once_more(const struct story *story, const char *service, const char *code) {
    ringback_response *check = NULL;
    printf("   → code %s once more\n", code);
    ringback_error *error = ringback_verification_check(story->client, service, story->customer, code, &check);
    const bool done = refused(error, 20404);
    ringback_response_free(check);
    return done;
}

// Reads the code from the customer's phone, then types a wrong one, the right one, and the right one again.
static bool type_codes(const struct story *story, const char *service) {
    ringback_response *phone = NULL;
    char path[URL_SIZE];
    snprintf(path, sizeof path, "/_emulator/verifications?to=%%2B%s", story->customer + 1); // + in a query is a space
    bool done = act(story, "GET", path, NULL, &phone);
    if (done) {
        const char *code = shown(ringback_response_get_text(phone, "verifications/0/code"));
        const char *wrong = equal(code, "000000") ? "000001" : "000000";
        done = check_code(story, service, wrong, "pending") && check_code(story, service, code, "approved") &&
               check_code_once_more(story, service, code);
    }
    ringback_response_free(phone);
    return done;
}

static bool a_login_is_confirmed(const struct story *story) {
    ringback_response *service = NULL, *started = NULL;
    const char *const parameters[] = {"FriendlyName", "Shop", NULL};
    printf("\n2. A login is confirmed\n");
    bool done = call(story, RINGBACK_VERIFY_V2_SERVICES_CREATE, parameters, &service);
    if (done) {
        const char *sid = ringback_response_get_text(service, "sid");
        printf("   → a code to %s\n", story->customer);
        done = ok(ringback_verification_start(story->client, sid, story->customer, "sms", &started));
        if (done) {
            const char *status = ringback_response_get_text(started, "status");
            printf("   ← %s\n", shown(status));
            done = expect(equal(status, "pending"), "the code is on its way") && type_codes(story, sid);
        }
    }
    ringback_response_free(started);
    ringback_response_free(service);
    return done;
}

// Looks for the shop's reply on a page of messages, and whether it reached the phone.
static bool find_reply(const ringback_page *page) {
    for (size_t index = 0; index < ringback_page_get_count(page); index++) {
        if (equal(ringback_page_get_text(page, index, "direction"), "outbound-reply") &&
            equal(ringback_page_get_text(page, index, "status"), "delivered")) {
            printf("   ← the phone shows \"%s\"\n", shown(ringback_page_get_text(page, index, "body")));
            return true;
        }
    }
    return false;
}

// Walks the customer's messages once; false if the walk failed.
static bool look_for_reply(const struct story *story, const ringback_params *of_customer, bool *found) {
    ringback_pages *pages = NULL;
    bool more = true;
    bool done = ok(ringback_client_list(story->client, RINGBACK_API_V2010_ACCOUNTS_MESSAGES_LIST, of_customer, &pages));
    while (done && more && !*found) {
        ringback_page *page = NULL;
        done = ok(ringback_pages_next(pages, &page));
        more = page != NULL;
        *found = more && find_reply(page);
        ringback_page_free(page);
    }
    ringback_pages_free(pages);
    return done;
}

static bool a_text_is_answered(const struct story *story) {
    ringback_params *of_customer = ringback_params_new();
    bool found = false;
    printf("\n3. An incoming text is answered\n   → the customer writes \"status\"\n");
    bool done = write_to_shop(story, story->customer, story->number, "status") &&
                ok(ringback_params_set(of_customer, "To", story->customer));
    for (int look = 0; done && !found && look < LOOKS; look++) {
        done = look_for_reply(story, of_customer, &found);
        if (!found) {
            pause_between_looks();
        }
    }
    ringback_params_free(of_customer);
    return done && expect(found, "a reply reaches the phone");
}

// Looks once at a call; false if that failed.
static bool look_at_call(const struct story *story, const char *sid, const char *status, bool *reached) {
    ringback_response *found = NULL;
    const char *const parameters[] = {"Sid", sid, NULL};
    const bool done = call(story, RINGBACK_API_V2010_ACCOUNTS_CALLS_FETCH, parameters, &found);
    *reached = done && equal(ringback_response_get_text(found, "status"), status);
    ringback_response_free(found);
    return done;
}

static bool until_call_is(const struct story *story, const char *sid, const char *status) {
    bool done = true, reached = false;
    for (int look = 0; done && !reached && look < LOOKS; look++) {
        done = look_at_call(story, sid, status, &reached);
        if (!reached) {
            pause_between_looks();
        }
    }
    if (reached) {
        printf("   ← %s %s\n", sid, status);
    } else if (done) {
        fprintf(stderr, "the story ends: the call did not become %s\n", status);
    }
    return reached;
}

// Gives a step of a trace as JSON, or NULL after the last.
static const char *trace_step(const ringback_response *trace, size_t index) {
    char key[32];
    snprintf(key, sizeof key, "steps/%zu", index);
    return ringback_response_get_json(trace, key);
}

static bool print_trace(const struct story *story, const char *path) {
    ringback_response *trace = NULL;
    bool done = act(story, "GET", path, NULL, &trace);
    if (done) {
        const char *step = trace_step(trace, 0);
        done = expect(step != NULL, "the call left a trace");
        for (size_t index = 1; step != NULL; index++) {
            printf("   ◦ %s\n", step);
            step = trace_step(trace, index);
        }
    }
    ringback_response_free(trace);
    return done;
}

// Looks at what the person at the other end has heard until it is the menu.
static bool until_menu_is_heard(const struct story *story, const char *path) {
    bool done = true, heard = false;
    for (int look = 0; done && !heard && look < LOOKS; look++) {
        ringback_response *trace = NULL;
        done = act(story, "GET", path, NULL, &trace);
        const char *texts = ringback_response_get_json(trace, "heard");
        heard = texts != NULL && strstr(texts, MENU) != NULL;
        ringback_response_free(trace);
        if (!heard) {
            pause_between_looks();
        }
    }
    return done && expect(heard, "the menu is heard");
}

// The customer answers, listens, presses 1, listens, and the shop hangs up.
static bool go_through_the_call(struct story *story, const char *sid) {
    char answer[URL_SIZE], digits[URL_SIZE], trace[URL_SIZE];
    const struct wanted same = {"CallSid", sid}, in_progress = {"CallStatus", "in-progress"}, one = {"Digits", "1"};
    snprintf(answer, sizeof answer, "/_emulator/calls/%s/answer", sid);
    snprintf(digits, sizeof digits, "/_emulator/calls/%s/digits", sid);
    snprintf(trace, sizeof trace, "/_emulator/calls/%s/trace", sid);
    if (!until_call_is(story, sid, "ringing") || !just_act(story, answer, "{}") ||
        !shop_wait(&story->shop, same, in_progress) || !until_menu_is_heard(story, trace)) {
        return false;
    }
    printf("   → the customer presses 1\n");
    return just_act(story, digits, "{\"digits\": \"1\"}") && shop_wait(&story->shop, same, one) &&
           until_call_is(story, sid, "completed") && print_trace(story, trace);
}

static bool a_call_is_made(struct story *story) {
    ringback_response *made = NULL;
    char url[URL_SIZE];
    snprintf(url, sizeof url, "%s/voice", story->shop.server.url);
    printf("\n4. A call is made\n   → a call from %s to %s\n", story->number, story->customer);
    bool done = ok(ringback_call_make(story->client, story->customer, story->number, url, &made));
    if (done) {
        const char *sid = shown(ringback_response_get_text(made, "sid"));
        printf("   ← %s %s\n", sid, shown(ringback_response_get_text(made, "status")));
        done = go_through_the_call(story, sid);
    }
    ringback_response_free(made);
    return done;
}

// Makes a client that knows the account, but perhaps not its token.
static bool make_client(const ringback_emulator *emulator, const char *token, ringback_client **client) {
    ringback_client_options *options = ringback_client_options_new();
    const bool done = ok(ringback_client_options_set_base_url(options, ringback_emulator_get_url(emulator))) &&
                      ok(ringback_client_options_set_account_sid(options, ACCOUNT_SID)) &&
                      ok(ringback_client_options_set_auth_token(options, token)) &&
                      ok(ringback_client_new_with_options(options, client));
    ringback_client_options_free(options);
    return done;
}

static bool refuse_forger(const struct story *story) {
    const char *body = "MessageSid=SM1&MessageStatus=delivered";
    char request[1024];
    snprintf(request, sizeof request,
             "POST /status HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nContent-Type: application/x-www-form-urlencoded\r\n"
             "X-Twilio-Signature: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n%s",
             (unsigned)story->shop.server.port, strlen(body), body);
    const int status = webhook_knock(&story->shop.server, request);
    printf("   → a forged webhook\n   ← HTTP %d\n", status);
    return expect(status == 403, "the forger is refused");
}

static bool refuse_wrong_number(const struct story *story) {
    ringback_response *message = NULL;
    printf("   → a text to 555-123-4567\n");
    ringback_error *error = ringback_message_send(story->client, "555-123-4567", story->number, "hello", &message);
    const bool done = refused(error, 21211);
    ringback_response_free(message);
    return done;
}

static bool refuse_wrong_token(const struct story *story) {
    ringback_client *stranger = NULL;
    ringback_response *message = NULL;
    printf("   → a text with a wrong token\n");
    const bool done =
        make_client(story->emulator, "not-the-token", &stranger) &&
        refused(ringback_message_send(stranger, story->customer, story->number, "hello", &message), 20003);
    ringback_response_free(message);
    ringback_client_free(stranger);
    return done;
}

static bool what_is_wrong_is_refused(const struct story *story) {
    printf("\n5. What is wrong is refused\n");
    return refuse_forger(story) && refuse_wrong_number(story) && refuse_wrong_token(story);
}

static bool tell_story(struct story *story) {
    printf("the emulator listens on %s, the shop on %s\n", ringback_emulator_get_url(story->emulator),
           story->shop.server.url);
    return open_the_line(story) && an_order_ships(story) && a_login_is_confirmed(story) && a_text_is_answered(story) &&
           a_call_is_made(story) && what_is_wrong_is_refused(story);
}

// The number that is given, or that of the environment, or a sample.
static const char *phone(const char *given, const char *variable, const char *sample) {
    const char *set = given != NULL ? given : getenv(variable);
    return set != NULL ? set : sample;
}

// Whether this is a plus and digits, and so can stand in JSON and in a URL as it is.
static bool is_phone(const char *text) {
    const size_t digits = text[0] == '+' ? strspn(text + 1, "0123456789") : 0;
    return expect(digits > 0 && digits <= 15 && text[digits + 1] == '\0', "TO and FROM are numbers like +15551234567");
}

int main(int argument_count, char **arguments) {
    struct story story = {
        .customer = phone(argument_count > 1 ? arguments[1] : NULL, "RINGBACK_DEMO_TO", "+15551234567"),
        .number = phone(argument_count > 2 ? arguments[2] : NULL, "RINGBACK_DEMO_FROM", "+15557654321"),
    };
    bool done = false;
    setvbuf(stdout, NULL, _IOLBF, 0); // what happened is seen when it happens
    if (is_phone(story.customer) && is_phone(story.number) && ok(ringback_emulator_start(0, &story.emulator)) &&
        make_client(story.emulator, AUTH_TOKEN, &story.client) && shop_open(&story.shop)) {
        done = tell_story(&story);
        shop_close(&story.shop);
    }
    ringback_client_free(story.client);
    ringback_emulator_free(story.emulator);
    return done ? EXIT_SUCCESS : EXIT_FAILURE;
}
