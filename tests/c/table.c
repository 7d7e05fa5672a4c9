// The whole table, walked from its first operation to its last: what one function says agrees with what the others say.

#include "check.h"

#define INVALID RINGBACK_ERROR_KIND_INVALID_ARGUMENT

static bool is_one_of(const char *text, const char *const *known, size_t count) {
    for (size_t index = 0; index < count; index++) {
        if (text != NULL && strcmp(text, known[index]) == 0) {
            return true;
        }
    }
    return false;
}

#define IS_ONE_OF(text, ...)                                                                                           \
    is_one_of((text), (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static bool is_kind(const char *kind) {
    return IS_ONE_OF(kind, "text", "phone", "boolean", "integer", "decimal", "float", "date", "date_time", "rfc_2822",
                     "enum", "json", "model", "map");
}

// The place of a model among those of the operation, or -1.
static long model_of(const ringback_operation *operation, const char *name) {
    for (size_t model = 0; model < ringback_operation_get_model_count(operation); model++) {
        if (name != NULL && strcmp(ringback_operation_get_model_name(operation, model), name) == 0) {
            return (long)model;
        }
    }
    return -1;
}

static void parameters_are_whole(const ringback_operation *operation, size_t *required) {
    const char *path = ringback_operation_get_path(operation);
    const char *content_type = ringback_operation_get_content_type(operation);
    const size_t count = ringback_operation_get_parameter_count(operation);
    size_t in_path = 0;
    for (size_t index = 0; index < count; index++) {
        const char *name = ringback_operation_get_parameter_name(operation, index);
        const char *place = ringback_operation_get_parameter_place(operation, index);
        const char *kind = ringback_operation_get_parameter_kind(operation, index);
        const size_t values = ringback_operation_get_parameter_value_count(operation, index);
        const bool is_family = ringback_operation_get_parameter_number_limit(operation, index) > 0;
        CHECK(name != NULL && name[0] != '\0' && is_kind(kind));
        CHECK(IS_ONE_OF(place, "path", "query", "form", "header", "body"));
        if (strcmp(place, "path") == 0) {
            char in_braces[128];
            snprintf(in_braces, sizeof in_braces, "{%s}", name);
            CHECK(strstr(path, in_braces) != NULL && index == in_path);
            in_path++;
        }
        CHECK(strcmp(place, "form") != 0 || strcmp(content_type, "application/x-www-form-urlencoded") == 0);
        CHECK(strcmp(place, "body") != 0 || strstr(content_type, "json") != NULL);
        CHECK((strcmp(kind, "enum") == 0) == (values > 0));
        for (size_t value = 0; value < values; value++) {
            CHECK(ringback_operation_get_parameter_value(operation, index, value) != NULL);
        }
        CHECK(ringback_operation_get_parameter_value(operation, index, values) == NULL);
        const char *model = ringback_operation_get_parameter_model(operation, index);
        CHECK((strcmp(kind, "model") == 0) == (model != NULL) && (model == NULL || model_of(operation, model) >= 0));
        CHECK(is_family == (strchr(name, '#') != NULL));
        CHECK(!ringback_operation_is_parameter_list(operation, index) || strcmp(place, "path") != 0);
        *required += ringback_operation_is_parameter_required(operation, index);
    }
    for (const char *brace = strchr(path, '{'); brace != NULL; brace = strchr(brace + 1, '{')) {
        in_path--;
    }
    CHECK(in_path == 0);
    CHECK(ringback_operation_get_parameter_name(operation, count) == NULL);
    CHECK(ringback_operation_get_parameter_kind(operation, SIZE_MAX) == NULL);
    CHECK(!ringback_operation_is_parameter_required(operation, count));
}

static void models_are_whole(const ringback_operation *operation, size_t *fields) {
    const size_t models = ringback_operation_get_model_count(operation);
    for (size_t model = 0; model < models; model++) {
        CHECK(ringback_operation_get_model_name(operation, model) != NULL);
        const size_t count = ringback_operation_get_field_count(operation, model);
        for (size_t index = 0; index < count; index++) {
            const char *kind = ringback_operation_get_field_kind(operation, model, index);
            const char *inner = ringback_operation_get_field_model(operation, model, index);
            const size_t values = ringback_operation_get_field_value_count(operation, model, index);
            CHECK(ringback_operation_get_field_name(operation, model, index) != NULL && is_kind(kind));
            CHECK((strcmp(kind, "model") == 0) == (inner != NULL) && (inner == NULL || model_of(operation, inner) >= 0));
            CHECK((strcmp(kind, "enum") == 0) == (values > 0));
            CHECK(values == 0 || ringback_operation_get_field_value(operation, model, index, values - 1) != NULL);
            CHECK(ringback_operation_get_field_value(operation, model, index, values) == NULL);
        }
        CHECK(ringback_operation_get_field_name(operation, model, count) == NULL);
        *fields += count;
    }
    CHECK(ringback_operation_get_model_name(operation, models) == NULL);
    CHECK(ringback_operation_get_field_count(operation, models) == 0);
}

static void every_operation_is_found_by_place_and_by_name(void) {
    const size_t count = ringback_operation_count();
    size_t required = 0, fields = 0, lists = 0, short_names = 0;
    for (size_t index = 0; index < count; index++) {
        ringback_operation *operation = NULL, *again = NULL;
        MUST(ringback_operation_find_at(index, &operation));
        const char *name = ringback_operation_get_name(operation);
        MUST(ringback_operation_find(name, &again));
        CHECK_TEXT(ringback_operation_get_path(again), ringback_operation_get_path(operation));
        ringback_operation_free(again);
        const char *short_name = ringback_operation_get_short_name(operation);
        if (short_name != NULL) {
            MUST(ringback_operation_find(short_name, &again));
            CHECK_TEXT(ringback_operation_get_name(again), name);
            ringback_operation_free(again);
            short_names++;
        }
        const char *verb = ringback_operation_get_verb(operation);
        const bool is_list = ringback_operation_is_list(operation);
        CHECK(IS_ONE_OF(verb, "create", "fetch", "update", "patch", "delete", "list"));
        CHECK_TEXT(strrchr(name, '.') + 1, verb);
        CHECK(IS_ONE_OF(ringback_operation_get_method(operation), "GET", "POST", "PUT", "PATCH", "DELETE"));
        CHECK(strstr(ringback_operation_get_host(operation), ".twilio.com") != NULL);
        CHECK(ringback_operation_get_path(operation)[0] == '/');
        CHECK(ringback_operation_get_status(operation) >= 200 && ringback_operation_get_status(operation) < 400);
        CHECK(!is_list || strcmp(verb, "list") == 0);
        lists += is_list;
        parameters_are_whole(operation, &required);
        models_are_whole(operation, &fields);
        ringback_operation_free(operation);
    }
    ringback_operation *none = NULL;
    MUST_FAIL(ringback_operation_find_at(count, &none), INVALID, "index is");
    CHECK(none == NULL && count > 1400 && lists > 300 && short_names > 100 && required > 1000 && fields > 300);
    printf("ok: %zu operations\n", count);
}

static void a_row_says_what_twilio_says(void) {
    ringback_operation *create = NULL;
    MUST(ringback_operation_find("verify.v2.services.verifications.create", &create));
    CHECK_TEXT(ringback_operation_get_name(create), RINGBACK_VERIFY_V2_SERVICES_VERIFICATIONS_CREATE);
    CHECK_TEXT(ringback_operation_get_host(create), "verify.twilio.com");
    CHECK(ringback_operation_get_short_name(create) == NULL && ringback_operation_get_status(create) == 201);
    CHECK_TEXT(ringback_operation_get_parameter_name(create, 0), "ServiceSid");
    CHECK(ringback_operation_is_parameter_required(create, 0));
    ringback_operation_free(create);
    MUST(ringback_operation_find("content.v1.contents.create", &create));
    CHECK_TEXT(ringback_operation_get_content_type(create), "application/json");
    CHECK_TEXT(ringback_operation_get_parameter_model(create, 0), "ContentCreateRequest");
    const long types = model_of(create, "Types"), location = model_of(create, "TwilioLocation");
    CHECK(types > 0 && location > 0);
    CHECK_TEXT(ringback_operation_get_field_name(create, (size_t)types, 0), "twilio/text");
    CHECK_TEXT(ringback_operation_get_field_kind(create, (size_t)location, 0), "decimal");
    CHECK(ringback_operation_is_field_required(create, (size_t)location, 0));
    CHECK(!ringback_operation_is_field_list(create, (size_t)location, 0));
    ringback_operation_free(create);
}

int main(void) {
    a_row_says_what_twilio_says();
    every_operation_is_found_by_place_and_by_name();
    return 0;
}
