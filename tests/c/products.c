// Operations of many products by their names, against the emulator inside the program: forms, JSON bodies, headers, pages.

#include "check.h"

#define INVALID RINGBACK_ERROR_KIND_INVALID_ARGUMENT
#define NOT_FOUND RINGBACK_ERROR_KIND_NOT_FOUND

static const ringback_client *client;

// Calls an operation with names and values, which end with NULL.
static ringback_response *call(const char *operation, const char *const *pairs) {
    ringback_params *params = ringback_params_new();
    for (; *pairs != NULL; pairs += 2) {
        MUST(ringback_params_set(params, pairs[0], pairs[1]));
    }
    ringback_response *response = NULL;
    ringback_error *error = ringback_client_call(client, operation, params, &response);
    ringback_params_free(params);
    if (error != NULL) {
        fprintf(stderr, "%s: %s\n", operation, ringback_error_get_message(error));
        exit(1);
    }
    return response;
}

#define CALL(operation, ...) call((operation), (const char *const[]){__VA_ARGS__, NULL})

// Makes something, and copies its sid.
static void make(char sid[64], ringback_response *response) {
    CHECK(ringback_response_get_status(response) == 201);
    snprintf(sid, 64, "%s", ringback_response_get_text(response, "sid"));
    ringback_response_free(response);
}

// How many records a list has, read in pages of one.
static size_t count(const char *operation, const char *size, const char *name, const char *value) {
    ringback_params *params = ringback_params_new();
    MUST(ringback_params_set(params, size, "1"));
    if (name != NULL) {
        MUST(ringback_params_set(params, name, value));
    }
    ringback_pages *pages = NULL;
    MUST(ringback_client_list(client, operation, params, &pages));
    ringback_params_free(params);
    size_t records = 0;
    for (;;) {
        ringback_page *page = NULL;
        MUST(ringback_pages_next(pages, &page));
        if (page == NULL) {
            break;
        }
        CHECK(ringback_page_get_count(page) <= 1);
        records += ringback_page_get_count(page);
        ringback_page_free(page);
    }
    ringback_pages_free(pages);
    return records;
}

static void gone(const char *operation, const char *name, const char *sid) {
    ringback_params *params = ringback_params_new();
    ringback_response *response = NULL;
    MUST(ringback_params_set(params, name, sid));
    MUST_FAIL(ringback_client_call(client, operation, params, &response), NOT_FOUND, "20404");
    ringback_params_free(params);
}

static void forms_and_headers(void) {
    char sid[64], other[64];
    make(sid, CALL(RINGBACK_CONVERSATIONS_V1_CONVERSATIONS_CREATE, "FriendlyName", "Support",
                   "X-Twilio-Webhook-Enabled", "true"));
    make(other, CALL("conversations.v1.conversations.create", "friendly_name", "Sales"));
    CHECK(count(RINGBACK_CONVERSATIONS_V1_CONVERSATIONS_LIST, "PageSize", NULL, NULL) == 2);
    ringback_response *changed = CALL("conversations.v1.conversations.update", "Sid", sid, "FriendlyName", "Help");
    CHECK_TEXT(ringback_response_get_text(changed, "friendly_name"), "Help");
    ringback_response_free(changed);
    ringback_response *deleted =
        CALL("conversations.v1.conversations.delete", "Sid", sid, "x_twilio_webhook_enabled", "false");
    CHECK(ringback_response_get_status(deleted) == 204 && ringback_response_get_json(deleted, "sid") == NULL);
    ringback_response_free(deleted);
    gone("conversations.v1.conversations.fetch", "Sid", sid);
    CHECK(count("conversations.v1.conversations.list", "PageSize", NULL, NULL) == 1);

    char service[64], document[64];
    make(service, CALL(RINGBACK_SYNC_V1_SERVICES_CREATE, "FriendlyName", "State"));
    make(document, CALL(RINGBACK_SYNC_V1_SERVICES_DOCUMENTS_CREATE, "ServiceSid", service, "Data", "{\"open\":true}"));
    ringback_response *updated = CALL(RINGBACK_SYNC_V1_SERVICES_DOCUMENTS_UPDATE, "ServiceSid", service, "Sid", document,
                                      "If-Match", "0", "Data", "{\"open\":false}");
    CHECK_TEXT(ringback_response_get_json(updated, "data"), "{\"open\":false}");
    ringback_response_free(updated);
}

static void json_bodies(void) {
    ringback_response *content = CALL(
        RINGBACK_CONTENT_V1_CONTENTS_CREATE, "ContentCreateRequest",
        "{\"language\": \"en\", \"friendly_name\": \"hello\", \"types\": {\"twilio/text\": {\"body\": \"Hello {{1}}\"}}}");
    char sid[64];
    CHECK(strncmp(ringback_response_get_text(content, "sid"), "HX", 2) == 0);
    CHECK_TEXT(ringback_response_get_json(content, "types"), "{\"twilio/text\":{\"body\":\"Hello {{1}}\"}}");
    snprintf(sid, sizeof sid, "%s", ringback_response_get_text(content, "sid"));
    ringback_response_free(content);
    ringback_response_free(CALL(RINGBACK_CONTENT_V1_CONTENTS_DELETE, "Sid", sid));
    gone(RINGBACK_CONTENT_V1_CONTENTS_FETCH, "Sid", sid);

    const char *organization = "OR00000000000000000000000000000001";
    ringback_response *user = CALL(RINGBACK_PREVIEW_IAM_VERSIONLESS_ORGANIZATION_USERS_CREATE, "OrganizationSid",
                                   organization, "ScimUser",
                                   "{\"userName\": \"ada@example.com\", \"name\": {\"givenName\": \"Ada\"}}");
    CHECK_TEXT(ringback_response_get_text(user, "name/givenName"), "Ada");
    ringback_response_free(user);
    CHECK(count(RINGBACK_PREVIEW_IAM_VERSIONLESS_ORGANIZATION_USERS_LIST, "PageSize", "OrganizationSid",
                organization) == 1);

    // PUT makes what is not there
    ringback_response *limit = CALL(RINGBACK_LOOKUPS_V2_BUCKET_UPDATE, "Field", "line_type_intelligence", "Bucket",
                                    "daily", "RateLimitRequest", "{\"limit\": 100}");
    CHECK_TEXT(ringback_response_get_text(limit, "bucket"), "daily");
    ringback_response_free(limit);

    // the newer standard: pages that name the next one by a token
    for (int made = 0; made < 3; made++) {
        ringback_response_free(CALL(RINGBACK_CONVERSATIONS_V2_CONVERSATIONS_CREATE,
                                    "create_conversation_with_config_request", "{\"name\": \"room\"}"));
    }
    CHECK(count(RINGBACK_CONVERSATIONS_V2_CONVERSATIONS_LIST, "pageSize", NULL, NULL) == 3);
}

static void many_products(void) {
    char sid[64];
    make(sid, CALL(RINGBACK_TASKROUTER_V1_WORKSPACES_CREATE, "FriendlyName", "Desk"));
    make(sid, CALL(RINGBACK_STUDIO_V2_FLOWS_CREATE, "FriendlyName", "Menu", "Status", "draft", "Definition",
                   "{\"states\": []}"));
    make(sid, CALL(RINGBACK_VIDEO_V1_ROOMS_CREATE, "UniqueName", "lounge"));
    make(sid, CALL(RINGBACK_PROXY_V1_SERVICES_CREATE, "UniqueName", "rides"));
    make(sid, CALL(RINGBACK_SERVERLESS_V1_SERVICES_CREATE, "UniqueName", "code", "FriendlyName", "Code"));
    make(sid, CALL(RINGBACK_MESSAGING_V1_SERVICES_CREATE, "FriendlyName", "Shop"));
    make(sid, CALL(RINGBACK_VERIFY_V2_SERVICES_CREATE, "FriendlyName", "Shop"));
    make(sid, CALL(RINGBACK_TRUNKING_V1_TRUNKS_CREATE, "FriendlyName", "Line"));
    ringback_response_free(CALL(RINGBACK_TRUNKING_V1_TRUNKS_ORIGINATION_URLS_CREATE, "TrunkSid", sid, "Weight", "1",
                                "Priority", "1", "Enabled", "true", "FriendlyName", "Line", "SipUrl", "sip:a@b.c"));
    ringback_response *price = CALL(RINGBACK_PRICING_V2_COUNTRIES_FETCH, "IsoCountry", "DE");
    CHECK_TEXT(ringback_response_get_text(price, "iso_country"), "DE");
    ringback_response_free(price);
    ringback_response *number = CALL(RINGBACK_LOOKUPS_V2_PHONE_NUMBERS_FETCH, "PhoneNumber", "+15551234567");
    CHECK_TEXT(ringback_response_get_text(number, "phone_number"), "+15551234567");
    ringback_response_free(number);
}

static void refused(const char *operation, const char *const *pairs, const char *words) {
    ringback_params *params = ringback_params_new();
    for (; *pairs != NULL; pairs += 2) {
        MUST(ringback_params_set(params, pairs[0], pairs[1]));
    }
    ringback_response *response = NULL;
    MUST_FAIL(ringback_client_call(client, operation, params, &response), INVALID, words);
    CHECK(response == NULL);
    ringback_params_free(params);
}

#define REFUSED(operation, words, ...) refused((operation), (const char *const[]){__VA_ARGS__, NULL}, (words))

static void what_is_wrong_is_named_and_not_sent(void) {
    REFUSED("taskrouter.v1.workspace.create", "did you mean taskrouter.v1.workspaces.create?", "FriendlyName", "x");
    REFUSED(RINGBACK_TASKROUTER_V1_WORKSPACES_CREATE, "did you mean FriendlyName?", "FriendlyNam", "x");
    REFUSED(RINGBACK_TASKROUTER_V1_WORKSPACES_CREATE, "FriendlyName is required", "EventCallbackUrl", "http://x");
    REFUSED(RINGBACK_TASKROUTER_V1_WORKSPACES_FETCH, "Sid is required", NULL);
    REFUSED(RINGBACK_TASKROUTER_V1_WORKSPACES_FETCH, "Sid must not be empty", "{Sid}", "");
    REFUSED(RINGBACK_TASKROUTER_V1_WORKSPACES_FETCH, "Sid must not be empty", "Sid", "..");
    REFUSED(RINGBACK_TASKROUTER_V1_WORKSPACES_FETCH, "Sid holds '/'", "Sid", "WS1/Tasks");
    REFUSED(RINGBACK_CONTENT_V1_CONTENTS_CREATE, "ContentCreateRequest takes JSON", "ContentCreateRequest", "{");
    REFUSED(RINGBACK_CONTENT_V1_CONTENTS_CREATE, "ContentCreateRequest is required", NULL);
    REFUSED(RINGBACK_SYNC_V1_SERVICES_DOCUMENTS_UPDATE, "If-Match holds a control character", "ServiceSid", "IS1", "Sid",
            "ET1", "If-Match", "1\r\nX: y");
    ringback_response *response = NULL;
    MUST_FAIL(ringback_client_call(client, NULL, NULL, &response), INVALID, "operation must not be NULL");
    MUST_FAIL(ringback_client_call(client, RINGBACK_CONTENT_V1_CONTENTS_CREATE, NULL, NULL), INVALID,
              "response must not be NULL");
    // what only the service knows, it refuses by name
    ringback_params *params = ringback_params_new();
    MUST(ringback_params_set(params, "ContentCreateRequest", "{\"language\": \"en\"}"));
    MUST_FAIL(ringback_client_call(client, RINGBACK_CONTENT_V1_CONTENTS_CREATE, params, &response),
              RINGBACK_ERROR_KIND_REJECTED, "Missing required parameter types");
    ringback_params_free(params);
}

int main(void) {
    ringback_emulator *emulator = NULL;
    ringback_client *made = NULL;
    MUST(ringback_emulator_start(0, &emulator));
    MUST(ringback_client_new_for_emulator(emulator, &made));
    client = made;
    forms_and_headers();
    json_bodies();
    many_products();
    what_is_wrong_is_named_and_not_sent();
    ringback_client_free(made);
    ringback_emulator_free(emulator);
    puts("ok");
    return 0;
}
