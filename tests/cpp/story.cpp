// The story of the demo in C++, against the emulator inside the program.

#include <ringback.hpp>

#include <iostream>

#define CHECK(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            std::cerr << __FILE__ << ":" << __LINE__ << ": not so: " << #condition << "\n";                            \
            std::exit(1);                                                                                              \
        }                                                                                                              \
    } while (0)

static const std::string customer = "+15551234567", shop = "+15557654321";

static void an_order_ships(const ringback::Emulator &emulator, const ringback::Client &client) {
    const auto message = client.message_send(customer, shop, "Your order #1234 has shipped");
    CHECK(message["sid"].substr(0, 2) == "SM" && message["status"] == "queued");
    CHECK(emulator.control("POST", "/_emulator/clock", "{\"advance\": 60}").status() == 200);
    const auto later = client.call(RINGBACK_API_V2010_ACCOUNTS_MESSAGES_FETCH, {{"Sid", message["sid"]}});
    CHECK(later["status"] == "delivered");
    const auto picture = client.message_send_media(customer, shop, std::nullopt, {"https://example.com/label.png"});
    CHECK(picture["num_media"] == "1");
    const auto templated = client.message_send_template("whatsapp:" + customer, "whatsapp:" + shop,
                                                        "HX00000000000000000000000000000001", "{\"1\":\"Ada\"}");
    CHECK(templated["to"] == "whatsapp:" + customer);
    int count = 0;
    for (const auto &record : client.list("messages.list", {{"PageSize", 2}})) {
        count += record["direction"] == "outbound-api";
    }
    CHECK(count == 3);
    try {
        client.message_send("not a number", shop, "hello");
        CHECK(false);
    } catch (const ringback::Error &error) {
        CHECK(error.code() == 21211 && error.outcome() == RINGBACK_OUTCOME_NOT_SENT);
    }
}

static void a_login_is_confirmed(const ringback::Emulator &emulator, const ringback::Client &client) {
    const auto service = client.call("verify.v2.services.create", {{"FriendlyName", "Shop"}});
    CHECK(client.verification_start(service["sid"], customer, "sms")["status"] == "pending");
    const auto open = emulator.control("GET", "/_emulator/verifications?to=%2B15551234567");
    const auto json = open.json().value();
    const auto code = json.substr(json.find("\"code\":\"") + 8, 6);
    CHECK(client.verification_check(service["sid"], customer, code)["status"] == "approved");
}

static void a_call_is_led(const ringback::Emulator &emulator, const ringback::Client &client) {
    ringback::VoiceResponse menu;
    menu.add("Gather").add("Say", "Press 1 for your order");
    const auto call = client.call_make_with_twiml(customer, shop, menu.to_xml());
    emulator.control("POST", "/_emulator/clock", "{\"advance\": 1}");
    const auto path = "/_emulator/calls/" + std::string(call["sid"]);
    CHECK(emulator.control("POST", path + "/answer").status() == 200);
    CHECK(emulator.control("GET", path + "/trace").json()->find("Press 1") != std::string_view::npos);
    CHECK(client.call_hang_up(call["sid"])["status"] == "completed");
}

int main() {
    const ringback::Emulator emulator;
    const auto client = emulator.client();
    an_order_ships(emulator, client);
    a_login_is_confirmed(emulator, client);
    a_call_is_led(emulator, client);
    std::cout << "ok\n";
}
