// The C++ classes give what the C functions give: values, exceptions with all their fields, and ranges.

#include <ringback.h>
#include <ringback.hpp>
#include <ringback.h>
#include <ringback.hpp>

#include <iostream>
#include <set>
#include <thread>

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

static void values_are_read_by_their_keys(const ringback::Client &client) {
    const std::string to = "+15551234567";
    const auto message = client.call(RINGBACK_API_V2010_ACCOUNTS_MESSAGES_CREATE,
                                     {{"To", to},
                                      {"From", "+15557654321"sv},
                                      {"Body", "gr\u00fc\u00df dich"},
                                      {"MediaUrl", {"https://example.com/a.png", "https://example.com/b.png"}},
                                      {"ValidityPeriod", 60},
                                      {"SmartEncoded", true}});
    CHECK(message.status() == 201);
    CHECK(message.request_id() == "RQ00000000000000000000000000000001");
    CHECK(message["sid"] == "SM00000000000000000000000000000001");
    CHECK(message["body"] == "To=%2B15551234567&From=%2B15557654321&Body=gr%C3%BC%C3%9F+dich&MediaUrl=https%3A%2F%2F"
                             "example.com%2Fa.png&MediaUrl=https%3A%2F%2Fexample.com%2Fb.png&ValidityPeriod=60"
                             "&SmartEncoded=true");
    CHECK(message["absent"].empty() && !message.text("absent") && !message.text("nothing"));
    CHECK(message.integer("num_segments") == 2 && !message.integer("absent"));
    CHECK(message.boolean("flag") == true && !message.boolean("sid"));
    CHECK(message.json("subresource_uris") == "{\"media\":\"/media.json\"}");
    CHECK(message.json()->front() == '{');
}

static void an_exception_carries_what_twilio_said(const ringback::Client &client) {
    const auto error = failure_of([&] { client.message_send("bad", "+15557654321", "hello"); });
    CHECK(error.kind() == RINGBACK_ERROR_KIND_REJECTED && error.kind_name() == "rejected");
    CHECK(error.outcome() == RINGBACK_OUTCOME_NOT_SENT && error.outcome_name() == "not_sent");
    CHECK(error.status() == 400 && error.code() == 21211);
    CHECK(error.reason() == "Invalid 'To' Phone Number: bad");
    CHECK(std::string_view(error.what()).find("(HTTP 400, code 21211); ") != std::string_view::npos);
    CHECK(error.hint().find("E.164") != std::string_view::npos);
    CHECK(error.more_info() == "https://www.twilio.com/docs/errors/21211");
    CHECK(error.details() == "{\"field\":\"To\"}");
    CHECK(error.request_id() == "RQ00000000000000000000000000000001");
    CHECK(error.retry_after() == 7.0);
    CHECK(error.method() == "POST");
    CHECK(error.uri() == "/2010-04-01/Accounts/AC00000000000000000000000000000000/Messages.json");
    const auto refused = failure_of([&] { client.call("messages.creat"); });
    CHECK(refused.kind() == RINGBACK_ERROR_KIND_INVALID_ARGUMENT && !refused.retry_after() && refused.method().empty());
}

static void a_list_is_a_range(const ringback::Client &client) {
    std::set<std::string> sids;
    std::optional<ringback::Record> last;
    for (const auto &record : client.list("messages.list", {{"PageSize", 2}})) {
        sids.emplace(record["sid"]);
        CHECK(record.boolean("even") == (record.integer("number").value() % 2 == 0));
        CHECK(record.json().value().front() == '{');
        last = record;
    }
    CHECK((sids == std::set<std::string>{"SM0", "SM1", "SM2"}));
    CHECK((*last)["sid"] == "SM2"); // it keeps its page
    failure_of([&] { client.list("messages.create"); });
}

static void twiml_is_built() {
    ringback::VoiceResponse response;
    auto gather = response.add("Gather").set("num_digits", 1).set("bargeIn", true).set("input", {"dtmf", "speech"});
    gather.add("Say", "1 < 2").set("voice", "alice");
    response.add("Hangup");
    response.add_any("Brandnew").set_any("x", "y");
    CHECK(response.to_xml() ==
          "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response><Gather bargeIn=\"true\" input=\"dtmf speech\" numDigits=\"1\">"
          "<Say voice=\"alice\">1 &lt; 2</Say></Gather><Hangup /><Brandnew x=\"y\" /></Response>");
    failure_of([&] { ringback::MessagingResponse().add("Say", "hello"); });
    ringback::MessagingResponse reply;
    reply.add("Message", "hello").add_comment("c").add_text("!");
    CHECK(reply.to_xml().find("<Message>hello<!--c-->!</Message>") != std::string::npos);
}

static void webhooks_are_checked() {
    const ringback::WebhookValidator validator("12345");
    const auto url = "https://mycompany.com/myapp.php?foo=1&bar=2"sv;
    const auto body = "CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309&To=%2B18005551212"sv;
    const auto type = "application/x-www-form-urlencoded"sv;
    CHECK(validator.validate(url, body, type, "RSOYDt4T1cUTdK1PDd93/VVr8B8="));
    CHECK(!validator.validate(url, body, type, "RSOYDt4T1cUTdK1PDd93/VVr8B9="));
    CHECK(!validator.validate("https://mycompany.com/\0"sv, body, type, "RSOYDt4T1cUTdK1PDd93/VVr8B8="));
    for (const auto &header : {std::pair("X-Twilio-Signature"s, "cut\0here"s), std::pair("cut\0here"s, ""s)}) {
        try {
            static_cast<void>(validator.explain(url, body, {header}));
            CHECK(false);
        } catch (const std::invalid_argument &) {
        }
    }
    CHECK(ringback::Form(body)["Caller"] == "+14158675309" && !ringback::Form(body).get("Nobody"));
    failure_of([] { ringback::WebhookValidator(""); });
}

static void the_table_can_be_asked() {
    const ringback::Operation operation("messages.create");
    CHECK(operation.name() == RINGBACK_API_V2010_ACCOUNTS_MESSAGES_CREATE && operation.method() == "POST");
    CHECK(operation.path() == "/2010-04-01/Accounts/{AccountSid}/Messages.json" && !operation.is_list());
    const auto parameters = operation.parameters();
    CHECK(parameters[0].name == "AccountSid" && !parameters[0].required);
    CHECK(parameters[1].name == "To" && parameters[1].required);
    CHECK(!ringback::version().empty());
}

static void wrong_input_is_thrown_back(const ringback::Client &client) {
    try {
        client.message_send("+15551234567", "+15557654321", "cut\0here"sv);
        CHECK(false);
    } catch (const std::invalid_argument &) {
    }
    CHECK(failure_of([&] { client.message_send("\xff", "+1", "x"); }).what() == "To is not UTF-8"sv);
    ringback::ClientOptions options;
    options.account_sid = "AC1";
    options.auth_token = "token";
    options.timeout = -1;
    CHECK(failure_of([&] { ringback::Client{options}; }).kind() == RINGBACK_ERROR_KIND_INVALID_ARGUMENT);
    options.timeout = 5;
    options.max_retries = 0;
    options.region = "ie1";
    options.base_url = "http://127.0.0.1:9";
    const ringback::Client nowhere(options);
    const auto error = failure_of([&] { nowhere.message_send("+1", "+2", "x"); });
    CHECK(error.kind() == RINGBACK_ERROR_KIND_TRANSPORT && error.outcome() == RINGBACK_OUTCOME_NOT_SENT);
}

int main() {
    auto made = ringback::Client::from_env();
    const auto client = std::move(made);
    values_are_read_by_their_keys(client);
    an_exception_carries_what_twilio_said(client);
    a_list_is_a_range(client);
    twiml_is_built();
    webhooks_are_checked();
    the_table_can_be_asked();
    wrong_input_is_thrown_back(client);
    std::thread other([&] { values_are_read_by_their_keys(client); });
    values_are_read_by_their_keys(client);
    other.join();
    std::cout << "ok\n";
}
