// TwiML is read and checked from C++.

#include <ringback.hpp>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#define CHECK(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            std::fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);                               \
            std::exit(1);                                                                                              \
        }                                                                                                              \
    } while (0)

static void a_document_is_walked() {
    std::vector<ringback::Element> verbs;
    {
        const auto response = ringback::Element::parse("<Response><Say voice='alice'>Hello</Say><Hangup/></Response>");
        CHECK(response.name() == "Response" && response.text().empty() && !response.attribute("voice"));
        verbs = response.children();
    }
    CHECK(verbs.size() == 2 && verbs[0].name() == "Say" && verbs[1].name() == "Hangup");
    CHECK(verbs[0].attribute("voice") == "alice" && verbs[0].text() == "Hello" && verbs[0].children().empty());
    try {
        ringback::Element::parse("<Response>");
        CHECK(false);
    } catch (const ringback::Error &error) {
        CHECK(error.kind() == RINGBACK_ERROR_KIND_INVALID_ARGUMENT);
        CHECK(std::string(error.what()).find("<Response> is never closed") != std::string::npos);
    }
}

static void findings_are_values() {
    CHECK(ringback::check_twiml("<Response><Say>Hello</Say></Response>").empty());
    const auto findings = ringback::check_twiml("<Response>\n <say>Hello</say><Reject/></Response>");
    CHECK(findings.size() == 2);
    CHECK(findings[0].severity == RINGBACK_SEVERITY_ERROR && findings[0].code == 12200);
    CHECK(findings[0].line == 2 && findings[0].column == 2 && findings[0].hint == "write <Say>");
    CHECK(findings[0].text == "2:2: error[12200]: TwiML knows no verb <say>, since case counts");
    CHECK(findings[1].severity == RINGBACK_SEVERITY_WARNING && findings[1].code == 0);

    const char *record = "<Response><Record action='/done'/></Response>";
    CHECK(ringback::check_twiml(record).empty());
    ringback::CheckOptions options;
    options.parameter = true;
    CHECK(ringback::check_twiml(record, options).at(0).code == 15004);
    options = {};
    options.kind = "messaging";
    CHECK(ringback::check_twiml(record, options).at(0).code == 14110);
    options = {};
    options.context = "conference_wait_url";
    CHECK(ringback::check_twiml(record, options).at(0).code == 13238);
    options.context = "elsewhere";
    try {
        ringback::check_twiml(record, options);
        CHECK(false);
    } catch (const ringback::Error &error) {
        CHECK(error.kind() == RINGBACK_ERROR_KIND_INVALID_ARGUMENT);
    }
}

int main() {
    a_document_is_walked();
    findings_are_values();
    std::puts("ok");
}
