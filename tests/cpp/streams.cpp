// A stream in C++: messages are read and answered, audio is converted, a forged handshake is refused.

#include <ringback.hpp>

#include <iostream>

#define CHECK(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            std::cerr << __FILE__ << ":" << __LINE__ << ": not so: " << #condition << "\n";                            \
            std::exit(1);                                                                                              \
        }                                                                                                              \
    } while (0)

using namespace std::literals;
using ringback::StreamMessage;

static void a_call_is_echoed() {
    const auto start = StreamMessage::parse_media(
        R"({"event":"start","sequenceNumber":"1","start":{"callSid":"CA1","new":true},"streamSid":"MZ1"})");
    CHECK(start.name() == "start" && start["start/callSid"] == "CA1" && start.integer("sequenceNumber") == 1);
    CHECK(start.boolean("start/new") == true && !start.get("nothing") && start.payload().empty());
    const auto said = StreamMessage::parse_media(R"({"event":"media","media":{"payload":"f38="},"streamSid":"MZ1"})");
    CHECK(said.payload() == (std::vector<std::uint8_t>{0x7f, 0x7f}));
    const auto sid = start["streamSid"];
    CHECK(StreamMessage::media(sid, said.payload()).text() ==
          R"({"event":"media","streamSid":"MZ1","media":{"payload":"f38="}})");
    CHECK(StreamMessage::mark(sid, "a").text() == R"({"event":"mark","streamSid":"MZ1","mark":{"name":"a"}})");
    CHECK(StreamMessage::clear(sid).text() == R"({"event":"clear","streamSid":"MZ1"})");
}

static void a_caller_is_answered() {
    const auto said = StreamMessage::parse_relay(R"({"type":"prompt","voicePrompt":"Zoë","lang":"de-DE","last":true})");
    CHECK(said.name() == "prompt" && said["voicePrompt"] == "Zoë" && said.boolean("last") == true);
    CHECK(said.json("last") == "true");
    CHECK(StreamMessage::say("Hallo").text() == R"({"type":"text","token":"Hallo","last":true})");
    CHECK(StreamMessage::say("Hal", false, "de-DE").text() ==
          R"({"type":"text","token":"Hal","last":false,"lang":"de-DE"})");
    CHECK(StreamMessage::end().text() == R"({"type":"end"})");
    CHECK(StreamMessage::end("{}").text() == R"({"type":"end","handoffData":"{}"})");
}

static void what_is_no_message_throws() {
    for (const auto text : {""sv, "{}"sv, "{\0}"sv, R"({"event":"media"})"sv}) {
        try {
            StreamMessage::parse_media(text);
        } catch (const ringback::Error &error) {
            CHECK(error.kind() == RINGBACK_ERROR_KIND_DECODE);
            continue;
        }
        CHECK(false);
    }
}

static void audio_is_converted() {
    const std::vector<std::int16_t> pcm{0, 1000, -1000, 32767, -32768};
    const auto mulaw = ringback::mulaw_encode(pcm);
    CHECK((ringback::mulaw_decode(mulaw) == std::vector<std::int16_t>{0, 988, -988, 32124, -32124}));
    CHECK(ringback::mulaw_decode({}).empty() && ringback::mulaw_encode({}).empty());
}

static void only_twilio_may_connect() {
    const ringback::WebhookValidator validator("12345");
    CHECK(!validator.validate_handshake("wss://example.com/stream", "AAAAAAAAAAAAAAAAAAAAAAAAAAA="));
    CHECK(!validator.validate_handshake("wss://example.com/stream", "\0"sv));
    CHECK(validator.validate_handshake("https://example.com/stream/", "KG4JbhDlv15BMlxSTOWKt9btbgg="));
}

int main() {
    a_call_is_echoed();
    a_caller_is_answered();
    what_is_no_message_throws();
    audio_is_converted();
    only_twilio_may_connect();
    std::cout << "ok\n";
}
