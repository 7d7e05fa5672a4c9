// Documents are built from verbs, checked by name, and freed in any order.

#include "check.h"

#define INVALID RINGBACK_ERROR_KIND_INVALID_ARGUMENT
#define DECLARATION "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"

static void a_menu_is_written(void) {
    ringback_twiml *response = ringback_twiml_new_voice();
    ringback_twiml *gather = NULL, *say = NULL;
    MUST(ringback_twiml_add(response, "Gather", NULL, &gather));
    MUST(ringback_twiml_set_integer(gather, "num_digits", 1));
    MUST(ringback_twiml_set(gather, "action", "/menu?a=1&b=2"));
    MUST(ringback_twiml_set_boolean(gather, "bargeIn", true));
    MUST(ringback_twiml_add(gather, "Say", "1 < 2", &say));
    MUST(ringback_twiml_set(say, "voice", "alice"));
    MUST(ringback_twiml_set(say, "voice", NULL));
    MUST(ringback_twiml_set_any(say, "newest", "yes"));
    MUST(ringback_twiml_add(response, "Hangup", NULL, NULL));
    MUST(ringback_twiml_add_any(response, "Brandnew", "x", NULL));
    MUST(ringback_twiml_add_comment(response, "the end"));
    const char *xml = NULL;
    MUST(ringback_twiml_to_xml(response, &xml));
    CHECK_TEXT(xml, DECLARATION "<Response><Gather action=\"/menu?a=1&amp;b=2\" bargeIn=\"true\" numDigits=\"1\">"
                                "<Say newest=\"yes\">1 &lt; 2</Say></Gather><Hangup /><Brandnew>x</Brandnew>"
                                "<!--the end--></Response>");
    // the document goes first: the verbs stay usable
    ringback_twiml_free(response);
    MUST(ringback_twiml_add_text(say, "!"));
    ringback_twiml_free(gather);
    ringback_twiml_free(say);
}

static void what_twiml_does_not_know_is_refused(void) {
    ringback_twiml *response = ringback_twiml_new_messaging();
    ringback_twiml *message = NULL;
    MUST_FAIL(ringback_twiml_add(response, "Say", "hello", NULL), INVALID, "Say");
    MUST_FAIL(ringback_twiml_add(response, "Mesage", "hello", NULL), INVALID, "Message");
    MUST_FAIL(ringback_twiml_add_any(response, "no good", NULL, NULL), INVALID, "no good");
    MUST(ringback_twiml_add(response, "Message", "hello", &message));
    MUST_FAIL(ringback_twiml_set(message, "too", "+1"), INVALID, "too");
    MUST_FAIL(ringback_twiml_set(message, "to", "\xff"), INVALID, "to is not UTF-8");
    const char *xml = NULL;
    MUST(ringback_twiml_to_xml(response, &xml));
    CHECK_TEXT(xml, DECLARATION "<Response><Message>hello</Message></Response>");
    MUST(ringback_twiml_add_text(message, "\x01"));
    const char *before = xml;
    MUST_FAIL(ringback_twiml_to_xml(response, &xml), INVALID, "");
    CHECK(xml == before);
    ringback_twiml_free(message);
    ringback_twiml_free(response);
}

int main(void) {
    a_menu_is_written();
    what_twiml_does_not_know_is_refused();
    puts("ok");
}
