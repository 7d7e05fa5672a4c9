// The whole table as a range, and operations of many products by their names, against the emulator inside the program.

#include <ringback.hpp>

#include <iostream>
#include <set>

#define CHECK(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            std::cerr << __FILE__ << ":" << __LINE__ << ": not so: " << #condition << "\n";                            \
            std::exit(1);                                                                                              \
        }                                                                                                              \
    } while (0)

using namespace std::literals;

template <class Body> static ringback::Error failure_of(Body &&body) {
    try {
        body();
    } catch (const ringback::Error &error) {
        return error;
    }
    std::cerr << "nothing was thrown\n";
    std::exit(1);
}

static bool says(const ringback::Error &error, std::string_view words) {
    return std::string_view(error.what()).find(words) != std::string_view::npos;
}

static void the_table_is_a_range() {
    std::set<std::string> names;
    std::size_t walked = 0, fields = 0;
    for (const auto &operation : ringback::operations()) {
        ++walked;
        names.emplace(operation.name());
        CHECK(operation.host().find(".twilio.com") != std::string_view::npos && operation.path().front() == '/');
        CHECK(operation.name().substr(operation.name().rfind('.') + 1) == operation.verb());
        const auto models = operation.models();
        const auto knows = [&](std::string_view name) {
            for (const auto &model : models) {
                if (model.name == name) {
                    return true;
                }
            }
            return name.empty();
        };
        for (const auto &parameter : operation.parameters()) {
            CHECK(!parameter.name.empty() && (parameter.kind == "enum") == !parameter.values.empty());
            CHECK((parameter.kind == "model") == !parameter.model.empty() && knows(parameter.model));
            CHECK((parameter.place == "body") <= (operation.content_type().value_or("").find("json") != std::string::npos));
            CHECK((parameter.number_limit > 0) == (parameter.name.find('#') != std::string_view::npos));
        }
        for (const auto &model : models) {
            for (const auto &field : model.fields) {
                CHECK(!field.name.empty() && !field.kind.empty() && knows(field.model));
                ++fields;
            }
        }
    }
    CHECK(walked == ringback::operations().size() && names.size() == walked && walked > 1400 && fields > 300);
    CHECK(names.count(RINGBACK_PREVIEW_IAM_VERSIONLESS_ORGANIZATION_USERS_LIST) == 1);
    const ringback::Operation create("messages.create");
    CHECK(create.short_name() == "messages.create" && create.status() == 201);
    CHECK(create.content_type() == "application/x-www-form-urlencoded" && !create.is_list());
    const ringback::Operation content(RINGBACK_CONTENT_V1_CONTENTS_CREATE);
    CHECK(!content.short_name() && content.parameters().at(0).model == "ContentCreateRequest");
    CHECK(content.models().at(0).fields.at(2).name == "language" && content.models().at(0).fields.at(2).required);
    CHECK(says(failure_of([] { ringback::Operation(ringback::operations().size()); }), "index is"));
    CHECK(says(failure_of([] { ringback::Operation("content.v1.content.create"); }), "content.v1.contents.create"));
}

static std::size_t count(const ringback::Client &client, std::string_view operation, const ringback::Params &params) {
    std::size_t records = 0;
    for (const auto &record : client.list(operation, params)) {
        CHECK(record.json()->front() == '{');
        ++records;
    }
    return records;
}

static void many_products(const ringback::Client &client) {
    const auto conversation = client.call(RINGBACK_CONVERSATIONS_V1_CONVERSATIONS_CREATE,
                                          {{"FriendlyName", "Support"}, {"X-Twilio-Webhook-Enabled", true}});
    client.call("conversations.v1.conversations.create", {{"friendly_name", "Sales"}});
    CHECK(count(client, RINGBACK_CONVERSATIONS_V1_CONVERSATIONS_LIST, {{"PageSize", 1}}) == 2);
    const auto changed = client.call(RINGBACK_CONVERSATIONS_V1_CONVERSATIONS_UPDATE,
                                     {{"Sid", conversation["sid"]}, {"FriendlyName", "Help"}});
    CHECK(changed["friendly_name"] == "Help");
    CHECK(client.call(RINGBACK_CONVERSATIONS_V1_CONVERSATIONS_DELETE, {{"Sid", conversation["sid"]}}).status() == 204);
    const auto gone = failure_of(
        [&] { client.call(RINGBACK_CONVERSATIONS_V1_CONVERSATIONS_FETCH, {{"Sid", conversation["sid"]}}); });
    CHECK(gone.kind() == RINGBACK_ERROR_KIND_NOT_FOUND && gone.code() == 20404);

    const auto content = client.call(RINGBACK_CONTENT_V1_CONTENTS_CREATE, {{"ContentCreateRequest", R"({
        "language": "en",
        "types": {"twilio/quick-reply": {"body": "Yes?", "actions": [{"type": "QUICK_REPLY", "title": "Yes"}]}}
    })"}});
    CHECK(content.json("types")->find("quick-reply") != std::string_view::npos);
    const auto organization = "OR00000000000000000000000000000001"sv;
    client.call(RINGBACK_PREVIEW_IAM_VERSIONLESS_ORGANIZATION_USERS_CREATE,
                {{"OrganizationSid", organization}, {"scim_user", R"({"userName": "ada@example.com"})"}});
    CHECK(count(client, RINGBACK_PREVIEW_IAM_VERSIONLESS_ORGANIZATION_USERS_LIST,
                {{"OrganizationSid", organization}}) == 1);
    const auto service = client.call(RINGBACK_SYNC_V1_SERVICES_CREATE);
    const auto document = client.call(RINGBACK_SYNC_V1_SERVICES_DOCUMENTS_CREATE,
                                      {{"ServiceSid", service["sid"]}, {"Data", R"({"open":true})"}});
    const auto updated = client.call(
        RINGBACK_SYNC_V1_SERVICES_DOCUMENTS_UPDATE,
        {{"ServiceSid", service["sid"]}, {"Sid", document["sid"]}, {"If-Match", "0"}, {"Data", R"({"open":false})"}});
    CHECK(updated.boolean("data/open") == false);
    for (int made = 0; made < 3; ++made) {
        client.call(RINGBACK_CONVERSATIONS_V2_CONVERSATIONS_CREATE,
                    {{"CreateConversationWithConfigRequest", R"({"name": "room"})"}});
    }
    CHECK(count(client, RINGBACK_CONVERSATIONS_V2_CONVERSATIONS_LIST, {{"pageSize", 1}}) == 3);

    client.call(RINGBACK_TASKROUTER_V1_WORKSPACES_CREATE, {{"FriendlyName", "Desk"}});
    client.call(RINGBACK_STUDIO_V2_FLOWS_CREATE,
                {{"FriendlyName", "Menu"}, {"Status", "draft"}, {"Definition", R"({"states": []})"}});
    client.call(RINGBACK_VIDEO_V1_ROOMS_CREATE, {{"UniqueName", "lounge"}});
    client.call(RINGBACK_PROXY_V1_SERVICES_CREATE, {{"UniqueName", "rides"}});
    client.call(RINGBACK_SERVERLESS_V1_SERVICES_CREATE, {{"UniqueName", "code"}, {"FriendlyName", "Code"}});
    client.call(RINGBACK_MESSAGING_V1_SERVICES_CREATE, {{"FriendlyName", "Shop"}});
    CHECK(client.call(RINGBACK_PRICING_V2_COUNTRIES_FETCH, {{"IsoCountry", "DE"}})["iso_country"] == "DE");
}

static void what_is_wrong_is_named_and_not_sent(const ringback::Client &client) {
    const auto refused = [&](std::string_view operation, const ringback::Params &params, std::string_view words) {
        const auto error = failure_of([&] { client.call(operation, params); });
        CHECK(error.kind() == RINGBACK_ERROR_KIND_INVALID_ARGUMENT && error.outcome() == RINGBACK_OUTCOME_NOT_SENT);
        CHECK(says(error, words));
    };
    refused("video.v1.room.create", {}, "did you mean video.v1.rooms.create?");
    refused(RINGBACK_VIDEO_V1_ROOMS_CREATE, {{"UniqeName", "x"}}, "did you mean UniqueName?");
    refused(RINGBACK_PROXY_V1_SERVICES_CREATE, {}, "UniqueName is required");
    refused(RINGBACK_VIDEO_V1_ROOMS_FETCH, {{"Sid", "RM1/Participants"}}, "Sid holds '/'");
    refused(RINGBACK_CONTENT_V1_CONTENTS_CREATE, {{"ContentCreateRequest", "{"}}, "ContentCreateRequest takes JSON");
    const auto error = failure_of([&] {
        client.call(RINGBACK_CONTENT_V1_CONTENTS_CREATE, {{"ContentCreateRequest", R"({"language": 1, "types": {}})"}});
    });
    CHECK(error.kind() == RINGBACK_ERROR_KIND_REJECTED && says(error, "Invalid parameter: language"));
    try {
        client.call("video.v1.rooms.create\0"sv);
        CHECK(false);
    } catch (const std::invalid_argument &) {
    }
}

int main() {
    the_table_is_a_range();
    const ringback::Emulator emulator;
    const auto client = emulator.client();
    many_products(client);
    what_is_wrong_is_named_and_not_sent(client);
    std::cout << "ok\n";
}
