// The shop of the story: its web server, which checks every signature before it believes anything and answers with TwiML.
//
// A function that can fail gives false after it said why.

#ifndef RINGBACK_EXAMPLES_SHOP_H
#define RINGBACK_EXAMPLES_SHOP_H

#include "webhook_server.h"

#include <ringback.h>

// The token with which the emulator signs its webhooks: it takes the one that an account first comes with.
#define AUTH_TOKEN "the-token-of-the-shop"
// What a caller hears before the keys count.
#define MENU "Press 1 to hear where it is"

enum {
    URL_SIZE = 512,  // room for an address or a path
    HEARD_MAX = 256, // webhooks that the shop remembers
    PATIENCE = 20    // seconds for a webhook to come
};

// The running server and what it was told.
struct shop {
    webhook_server server;
    ringback_webhook_validator *validator;
    pthread_mutex_t lock; // guards what was heard
    pthread_cond_t news;
    ringback_form *heard[HEARD_MAX];
    size_t heard_count;
};

// Whether a call of the library went well; tells and frees the error if not.
static bool ok(ringback_error *error) {
    const bool good = error == NULL;
    if (!good) {
        fprintf(stderr, "the story ends: %s\n", ringback_error_get_message(error));
    }
    ringback_error_free(error);
    return good;
}

static bool expect(bool holds, const char *what) {
    if (!holds) {
        fprintf(stderr, "the story ends: not so: %s\n", what);
    }
    return holds;
}

// A text that is perhaps not there.
static const char *shown(const char *text) {
    return text != NULL ? text : "";
}

static bool equal(const char *left, const char *right) {
    return strcmp(shown(left), shown(right)) == 0;
}

static void tell(const char *path, const ringback_form *form) {
    static const char *const names[] = {"MessageStatus", "Body", "CallStatus", "Digits"};
    char line[1024];
    size_t length = 0;
    line[0] = '\0';
    for (size_t index = 0; index < sizeof names / sizeof *names; index++) {
        const char *value = ringback_form_get(form, names[index]);
        if (value != NULL && length < sizeof line) {
            const char *space = length > 0 ? " " : "";
            length += (size_t)snprintf(line + length, sizeof line - length, "%s%s=%s", space, names[index], value);
        }
    }
    printf("   ⇠ POST %s  %s  (signature valid)\n", path, line);
}

static bool offer_menu(const ringback_twiml *response) {
    ringback_twiml *gather = NULL;
    const bool done = ok(ringback_twiml_add(response, "Say", "Hello from the shop", NULL)) &&
                      ok(ringback_twiml_add(response, "Gather", NULL, &gather)) &&
                      ok(ringback_twiml_set_integer(gather, "numDigits", 1)) &&
                      ok(ringback_twiml_set(gather, "action", "/menu")) &&
                      ok(ringback_twiml_add(gather, "Say", MENU, NULL)) &&
                      ok(ringback_twiml_add(response, "Redirect", "/voice", NULL));
    ringback_twiml_free(gather);
    return done;
}

static bool answer_menu(const ringback_twiml *response, const char *digits) {
    if (!equal(digits, "1")) {
        return ok(ringback_twiml_add(response, "Redirect", "/voice", NULL));
    }
    return ok(ringback_twiml_add(response, "Say", "It arrives at noon. Goodbye", NULL)) &&
           ok(ringback_twiml_add(response, "Hangup", NULL, NULL));
}

static bool answer_text(const ringback_twiml *response, const char *body) {
    return strcasecmp(shown(body), "status") != 0 ||
           ok(ringback_twiml_add(response, "Message", "Order #1234 arrives at noon", NULL));
}

// What the shop says, in TwiML; no document where Twilio only reports.
static bool write_twiml(const char *path, const ringback_form *form, ringback_twiml **document) {
    if (equal(path, "/sms")) {
        *document = ringback_twiml_new_messaging();
        return answer_text(*document, ringback_form_get(form, "Body"));
    }
    if (equal(path, "/voice")) {
        *document = ringback_twiml_new_voice();
        return offer_menu(*document);
    }
    if (equal(path, "/menu")) {
        *document = ringback_twiml_new_voice();
        return answer_menu(*document, ringback_form_get(form, "Digits"));
    }
    return true;
}

static void reply(const char *path, const ringback_form *form, webhook_answer *answer) {
    ringback_twiml *document = NULL;
    const char *xml = NULL;
    if (!write_twiml(path, form, &document) || (document != NULL && !ok(ringback_twiml_to_xml(document, &xml)))) {
        webhook_answer_with(answer, 500, "text/plain", "no TwiML could be written");
    } else {
        webhook_answer_with(answer, xml != NULL ? 200 : 204, "text/xml", xml);
    }
    ringback_twiml_free(document);
}

// Keeps a genuine webhook for those who wait for it, and owns it from now on.
static void remember(struct shop *shop, ringback_form *form) {
    pthread_mutex_lock(&shop->lock);
    const bool fits = shop->heard_count < HEARD_MAX;
    if (fits) {
        shop->heard[shop->heard_count++] = form;
        pthread_cond_broadcast(&shop->news);
    }
    pthread_mutex_unlock(&shop->lock);
    if (!fits) {
        ringback_form_free(form);
    }
}

// Every webhook: checked first, then answered by its path.
static void answer_webhook(void *context, const webhook_request *request, webhook_answer *answer) {
    struct shop *shop = context;
    char url[URL_SIZE];
    const int length = snprintf(url, sizeof url, "%s%s", shop->server.url, request->path);
    ringback_form *form = NULL;
    if (length >= URL_SIZE || !ringback_webhook_validate(shop->validator, url, request->body, request->body_length,
                                                         request->content_type, request->signature)) {
        webhook_answer_with(answer, 403, "text/plain", "this is not from Twilio");
    } else if (!ok(ringback_form_parse(request->body, request->body_length, &form))) {
        webhook_answer_with(answer, 400, "text/plain", "this is no form");
    } else {
        tell(request->path, form);
        reply(request->path, form, answer);
        remember(shop, form);
    }
}

static bool shop_open(struct shop *shop) {
    if (!ok(ringback_webhook_validator_new(AUTH_TOKEN, &shop->validator))) {
        return false;
    }
    pthread_mutex_init(&shop->lock, NULL);
    pthread_cond_init(&shop->news, NULL);
    shop->heard_count = 0;
    if (!expect(webhook_server_start(&shop->server, answer_webhook, shop), "the shop's server starts")) {
        pthread_cond_destroy(&shop->news);
        pthread_mutex_destroy(&shop->lock);
        ringback_webhook_validator_free(shop->validator);
        return false;
    }
    return true;
}

static void shop_close(struct shop *shop) {
    webhook_server_stop(&shop->server);
    for (size_t index = 0; index < shop->heard_count; index++) {
        ringback_form_free(shop->heard[index]);
    }
    pthread_cond_destroy(&shop->news);
    pthread_mutex_destroy(&shop->lock);
    ringback_webhook_validator_free(shop->validator);
}

// A parameter that a webhook must hold.
struct wanted {
    const char *name;
    const char *value;
};

// Whether a genuine webhook with both parameters arrived; the lock is held.
static bool was_heard(const struct shop *shop, struct wanted first, struct wanted second) {
    for (size_t index = 0; index < shop->heard_count; index++) {
        const ringback_form *form = shop->heard[index];
        if (equal(ringback_form_get(form, first.name), first.value) &&
            equal(ringback_form_get(form, second.name), second.value)) {
            return true;
        }
    }
    return false;
}

// Waits until a genuine webhook with both parameters arrived.
static bool shop_wait(struct shop *shop, struct wanted first, struct wanted second) {
    struct timespec deadline;
    clock_gettime(CLOCK_REALTIME, &deadline);
    deadline.tv_sec += PATIENCE;
    pthread_mutex_lock(&shop->lock);
    bool heard = was_heard(shop, first, second);
    for (int waited = 0; !heard && waited == 0; heard = was_heard(shop, first, second)) {
        waited = pthread_cond_timedwait(&shop->news, &shop->lock, &deadline);
    }
    pthread_mutex_unlock(&shop->lock);
    if (!heard) {
        fprintf(stderr, "the story ends: no webhook with %s=%s and %s=%s came\n", first.name, shown(first.value),
                second.name, shown(second.value));
    }
    return heard;
}

#endif // RINGBACK_EXAMPLES_SHOP_H
