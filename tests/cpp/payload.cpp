// Webhooks are read and ladders climbed in C++.

#include <cstdlib>
#include <iostream>
#include <ringback.hpp>
#include <string>

#define CHECK(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            std::cerr << __FILE__ << ":" << __LINE__ << ": not so: " << #condition << "\n";                            \
            std::exit(1);                                                                                              \
        }                                                                                                              \
    } while (0)

int main() {
    const ringback::Payload message("MessageSid=SM1&SmsStatus=received&From=%2B15551234567&NumMedia=2&Forwarded=true"
                                    "&MediaUrl1=https%3A%2F%2Fa.example%2F1&MediaContentType1=image%2Fpng&Mood=good");
    CHECK(message.kind() == RINGBACK_PAYLOAD_KIND_INCOMING_MESSAGE && message.kind_name() == "IncomingMessage");
    CHECK(message["From"] == "+15551234567" && message["Body"].empty() && !message.text("Body"));
    CHECK(message.integer("NumMedia") == 2 && message.boolean("Forwarded") == true && !message.moment("From"));
    CHECK(message.media().size() == 1 && message.media()[0].url == "https://a.example/1");
    CHECK(message.media()[0].type == "image/png");
    CHECK(message.fields().size() == 8 && message.fields()[7].name == "Mood" && message.fields()[7].text == "good");
    CHECK(!message.knows("Mood") && message.knows("MediaUrl1") && message.problems().empty());

    const auto status = ringback::Payload::of_url("/status?CallSid=CA1&CallStatus=completed&CallDuration=abc"
                                                  "&Timestamp=Thu%2C+01+Jun+2017+20%3A48%3A32+%2B0000");
    CHECK(status.kind() == RINGBACK_PAYLOAD_KIND_CALL_STATUS && !status.integer("CallDuration"));
    CHECK(status.moment("Timestamp") == 1496350112.0);
    CHECK(status.problems().size() == 1 && status.problems()[0] == "CallDuration");
    CHECK(ringback::Payload("hello").kind() == RINGBACK_PAYLOAD_KIND_UNKNOWN);

    ringback::MessageLadder messages(10);
    CHECK(messages.climb("SM1", "delivered") == RINGBACK_LADDER_STEP_ADVANCE);
    CHECK(messages.climb("SM1", "failed") == RINGBACK_LADDER_STEP_CONTRADICTION);
    CHECK(messages.status("SM1") == "delivered" && !messages.status("SM2"));
    CHECK(ringback::MessageLadder::compare("delivered", "sent") == RINGBACK_LADDER_STEP_LATE);
    CHECK(ringback::MessageLadder::compare(std::nullopt, "sent") == RINGBACK_LADDER_STEP_ADVANCE);
    ringback::CallLadder calls(10);
    CHECK(ringback::CallLadder::compare("ringing", 1, "completed", 3) == RINGBACK_LADDER_STEP_ADVANCE);
    CHECK(calls.climb("CA1", "completed", 3) == RINGBACK_LADDER_STEP_ADVANCE);
    CHECK(calls.climb("CA1", "ringing", 1) == RINGBACK_LADDER_STEP_LATE && calls.status("CA1") == "completed");
    const ringback::CloudEvents events(
        R"([{"specversion":"1.0","type":"com.twilio.messaging.message.sent","source":"s","id":"EZ1",)"
        R"("time":"2025-01-01T00:00:00Z","data":{"messageSid":"SM1","numberOfSegments":2}}])");
    CHECK(events.size() == 1 && events.attribute(0, "type") == "com.twilio.messaging.message.sent");
    CHECK(events.time(0) == 1735689600.0 && events.text(0, "messageSid") == "SM1" && !events.text(0, "nothing"));
    CHECK(events.integer(0, "numberOfSegments") == 2 && events.json(0, "messageSid") == R"("SM1")" && events.json(0));
    const auto told = events.payload(0);
    CHECK(told && told->kind() == RINGBACK_PAYLOAD_KIND_MESSAGE_STATUS && (*told)["MessageStatus"] == "sent");
    CHECK(!events.payload(1) && !events.attribute(1, "id"));

    const ringback::Idempotency store(60, 3600, 10);
    CHECK(store.see("signature", "T1") == RINGBACK_SIGHTING_FRESH);
    CHECK(store.see("signature", "T1") == RINGBACK_SIGHTING_RETRIED);
    CHECK(store.see("signature") == RINGBACK_SIGHTING_REPEATED);
    CHECK(told->event_key() == ringback::Payload("MessageStatus=sent&MessageSid=SM1").event_key());
    std::cout << "ok\n";
}
