// The whole story in C++: an order ships, a login is confirmed, a text is answered, a call is made, a forger is
// refused.
//
// Everything is real HTTP over loopback, to the emulator inside this process: story [TO [FROM]]. What is not as it
// should be is thrown, and told by main.

#include "../c/webhook_server.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <initializer_list>
#include <iostream>
#include <mutex>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <ringback.hpp>

namespace {

using namespace std::chrono_literals;
using ringback::Params;
using ringback::Response;

// The emulator takes any account of the right form, with the token that it first comes with.
const std::string account_sid = "AC22222222222222222222222222222222";
const std::string auth_token = "the-token-of-the-shop";

// What a caller hears before the keys count.
const std::string menu = "Press 1 to hear where it is";

// Something is not as it should be.
class Failure : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

void expect(bool holds, const std::string &what) {
    if (!holds) {
        throw Failure("not so: " + what);
    }
}

// Prints a line at once and in one piece, since two threads tell what they do.
template <class... Parts> void say(const Parts &...parts) {
    std::ostringstream line;
    (line << ... << parts) << '\n';
    std::cout << line.str() << std::flush;
}

// Looks again and again until it is so.
template <class Look> void until(const std::string &what, Look look) {
    for (int looks = 0; looks < 400; ++looks) {
        if (look()) {
            return;
        }
        std::this_thread::sleep_for(25ms);
    }
    throw Failure("not so in time: " + what);
}

// Makes a call of the API that the service must refuse with this code.
template <class Call> void refused(std::int64_t code, Call call) {
    try {
        call();
    } catch (const ringback::Error &error) {
        say("   ← ", error.what());
        return expect(error.code() == code, "the service says why");
    }
    throw Failure("the service said yes");
}

// The shop's web server: it checks every signature before it believes anything, and answers with TwiML.
class Shop {
public:
    Shop() : validator_(auth_token) {
        expect(webhook_server_start(&server_, &Shop::answer, this), "the shop's server starts");
    }
    ~Shop() { webhook_server_stop(&server_); }
    Shop(const Shop &) = delete;
    Shop &operator=(const Shop &) = delete;

    std::string url(const std::string &path = "") const { return server_.url + path; }

    // Waits until a genuine webhook arrived that holds all of these.
    void wait(std::initializer_list<std::pair<std::string_view, std::string_view>> wanted) {
        const auto holds = [&](const ringback::Form &form) {
            return std::all_of(wanted.begin(), wanted.end(),
                               [&](const auto &pair) { return form[pair.first] == pair.second; });
        };
        std::unique_lock lock(mutex_);
        const bool heard = news_.wait_for(lock, 20s, [&] { return std::any_of(heard_.begin(), heard_.end(), holds); });
        std::string names;
        for (const auto &[name, value] : wanted) {
            names.append(" ").append(name).append("=").append(value);
        }
        expect(heard, "a webhook came with" + names);
    }

    // Sends a webhook as a stranger would, who does not know the token.
    int forge() const {
        const std::string body = "MessageSid=SM1&MessageStatus=delivered";
        const std::string request = "POST /status HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server_.port) +
                                    "\r\nContent-Type: application/x-www-form-urlencoded"
                                    "\r\nX-Twilio-Signature: AAAAAAAAAAAAAAAAAAAAAAAAAAA="
                                    "\r\nContent-Length: " + std::to_string(body.size()) +
                                    "\r\nConnection: close\r\n\r\n" + body;
        return webhook_knock(&server_, request.c_str());
    }

private:
    // What the server calls; nothing may be thrown through it.
    static void answer(void *shop, const webhook_request *request, webhook_answer *answer) noexcept {
        try {
            static_cast<Shop *>(shop)->answer(*request, *answer);
        } catch (const std::exception &error) {
            webhook_answer_with(answer, 500, "text/plain", error.what());
        }
    }

    // Every webhook: checked first, then answered by its path.
    void answer(const webhook_request &request, webhook_answer &answer) {
        const std::string_view body(request.body, request.body_length);
        const auto type = header(request.content_type), signature = header(request.signature);
        if (!validator_.validate(url(request.path), body, type, signature.value_or(""))) {
            return webhook_answer_with(&answer, 403, "text/plain", "this is not from Twilio");
        }
        ringback::Form form(body);
        tell(request.path, form);
        const std::string xml = twiml(request.path, form);
        webhook_answer_with(&answer, xml.empty() ? 204 : 200, "text/xml", xml.c_str());
        const std::lock_guard lock(mutex_);
        heard_.push_back(std::move(form));
        news_.notify_all();
    }

    static std::optional<std::string_view> header(const char *value) {
        return value != nullptr ? std::optional<std::string_view>(value) : std::nullopt;
    }

    // What the shop says, in TwiML; nothing where Twilio only reports.
    static std::string twiml(std::string_view path, const ringback::Form &form) {
        if (path == "/sms") {
            ringback::MessagingResponse response;
            if (strcasecmp(std::string(form["Body"]).c_str(), "status") == 0) {
                response.add("Message", "Order #1234 arrives at noon");
            }
            return response.to_xml();
        }
        ringback::VoiceResponse response;
        if (path == "/voice") {
            response.add("Say", "Hello from the shop");
            response.add("Gather").set("numDigits", 1).set("action", "/menu").add("Say", menu);
            response.add("Redirect", "/voice");
        } else if (path == "/menu" && form["Digits"] == "1") {
            response.add("Say", "It arrives at noon. Goodbye");
            response.add("Hangup");
        } else if (path == "/menu") {
            response.add("Redirect", "/voice");
        } else {
            return "";
        }
        return response.to_xml();
    }

    static void tell(std::string_view path, const ringback::Form &form) {
        std::string shown;
        for (const char *name : {"MessageStatus", "Body", "CallStatus", "Digits"}) {
            if (const auto value = form.get(name)) {
                shown.append(shown.empty() ? "" : " ").append(name).append("=").append(*value);
            }
        }
        say("   ⇠ POST ", path, "  ", shown, "  (signature valid)");
    }

    ringback::WebhookValidator validator_;
    std::mutex mutex_;
    std::condition_variable news_;
    std::vector<ringback::Form> heard_; // guarded by mutex_
    webhook_server server_;
};

// Makes a client that knows the account, but perhaps not its token.
ringback::Client make_client(const ringback::Emulator &emulator, const std::string &token) {
    ringback::ClientOptions options;
    options.base_url = emulator.url();
    options.account_sid = account_sid;
    options.auth_token = token;
    return ringback::Client(options);
}

class Story {
public:
    Story(std::string customer, std::string number)
        : customer_(std::move(customer)), number_(std::move(number)), client_(make_client(emulator_, auth_token)) {}

    void tell() {
        say("the emulator listens on ", emulator_.url(), ", the shop on ", shop_.url());
        open_the_line();
        an_order_ships();
        a_login_is_confirmed();
        a_text_is_answered();
        a_call_is_made();
        what_is_wrong_is_refused();
    }

private:
    // Gives the shop its number, whose texts and calls go to the shop's server.
    void open_the_line() {
        client_.call(RINGBACK_API_V2010_ACCOUNTS_INCOMING_PHONE_NUMBERS_CREATE,
                     {{"PhoneNumber", number_}, {"SmsUrl", shop_.url("/sms")}, {"VoiceUrl", shop_.url("/voice")}});
    }

    void an_order_ships() {
        say("\n1. An order ships");
        deliver("SMS", {{"To", customer_}, {"From", number_}, {"Body", "Your order #1234 has shipped"}});
        const std::string picture = shop_.url("/parcel.png");
        deliver("MMS", {{"To", customer_}, {"From", number_}, {"Body", "This is it"}, {"MediaUrl", picture}});

        // WhatsApp takes free text for a day after the person wrote
        const std::string customer = "whatsapp:" + customer_, number = "whatsapp:" + number_;
        write_to_shop(customer, number, "Where is it?");
        deliver("WhatsApp text", {{"To", customer}, {"From", number}, {"Body", "Around the corner!"}});
        deliver("WhatsApp template", {{"To", customer},
                                      {"From", number},
                                      {"ContentSid", "HX00000000000000000000000000000001"},
                                      {"ContentVariables", R"({"1":"#1234"})"}});
    }

    // Sends a message and follows its signed callbacks until it is delivered.
    void deliver(std::string_view what, const std::vector<std::pair<std::string, std::string>> &content) {
        Params params;
        std::string shown;
        for (const auto &[name, value] : content) {
            params.set(name, value);
            shown += " " + name + "=" + value;
        }
        say("   → ", what, ":", shown);
        params.set("StatusCallback", shop_.url("/status"));
        const Response sent = client_.call(RINGBACK_API_V2010_ACCOUNTS_MESSAGES_CREATE, params);
        say("   ← ", sent["sid"], " ", sent["status"]);
        shop_.wait({{"MessageSid", sent["sid"]}, {"MessageStatus", "delivered"}});
        const Response found = client_.call(RINGBACK_API_V2010_ACCOUNTS_MESSAGES_FETCH, {{"Sid", sent["sid"]}});
        say("   ← ", found["sid"], " ", found["status"]);
        expect(found["status"] == "delivered", "the message is delivered");
    }

    void a_login_is_confirmed() {
        say("\n2. A login is confirmed");
        const Response service = client_.call(RINGBACK_VERIFY_V2_SERVICES_CREATE, {{"FriendlyName", "Shop"}});
        say("   → a code to ", customer_);
        const Response started = client_.verification_start(service["sid"], customer_, "sms");
        say("   ← ", started["status"]);
        expect(started["status"] == "pending", "the code is on its way");

        // in a query, + would be a space
        const Response phone = act("GET", "/_emulator/verifications?to=%2B" + customer_.substr(1));
        const std::string_view code = phone["verifications/0/code"], wrong = code == "000000" ? "000001" : "000000";
        for (const auto &[typed, expected] : {std::pair(wrong, "pending"), std::pair(code, "approved")}) {
            say("   → code ", typed);
            const Response check = client_.verification_check(service["sid"], customer_, typed);
            say("   ← ", check["status"]);
            expect(check["status"] == expected, "the check says what it should");
        }
        say("   → code ", code, " once more");
        refused(20404, [&] { client_.verification_check(service["sid"], customer_, code); });
    }

    void a_text_is_answered() {
        say("\n3. An incoming text is answered");
        say("   → the customer writes \"status\"");
        write_to_shop(customer_, number_, "status");
        until("a reply reaches the phone", [&] {
            for (const auto &message : client_.list(RINGBACK_API_V2010_ACCOUNTS_MESSAGES_LIST, {{"To", customer_}})) {
                if (message["direction"] == "outbound-reply" && message["status"] == "delivered") {
                    say("   ← the phone shows \"", message["body"], "\"");
                    return true;
                }
            }
            return false;
        });
    }

    void a_call_is_made() {
        say("\n4. A call is made");
        say("   → a call from ", number_, " to ", customer_);
        const Response call = client_.call_make(customer_, number_, shop_.url("/voice"));
        const std::string sid(call["sid"]), at_call = "/_emulator/calls/" + sid;
        say("   ← ", sid, " ", call["status"]);
        until_call_is(sid, "ringing");
        act("POST", at_call + "/answer", "{}");
        shop_.wait({{"CallSid", sid}, {"CallStatus", "in-progress"}});
        until("the menu is heard", [&] {
            const std::string heard(act("GET", at_call + "/trace").json("heard").value_or(""));
            return heard.find(menu) != std::string::npos;
        });
        say("   → the customer presses 1");
        act("POST", at_call + "/digits", R"({"digits": "1"})");
        shop_.wait({{"CallSid", sid}, {"Digits", "1"}});
        until_call_is(sid, "completed");

        const Response trace = act("GET", at_call + "/trace");
        expect(trace.json("steps/0").has_value(), "the call left a trace");
        for (std::size_t index = 0; const auto step = trace.json("steps/" + std::to_string(index)); ++index) {
            say("   ◦ ", *step);
        }
    }

    void until_call_is(const std::string &sid, const std::string &status) {
        until("the call becomes " + status, [&] {
            return client_.call(RINGBACK_API_V2010_ACCOUNTS_CALLS_FETCH, {{"Sid", sid}})["status"] == status;
        });
        say("   ← ", sid, " ", status);
    }

    void what_is_wrong_is_refused() {
        say("\n5. What is wrong is refused");
        const int status = shop_.forge();
        say("   → a forged webhook\n   ← HTTP ", status);
        expect(status == 403, "the forger is refused");

        say("   → a text to 555-123-4567");
        refused(21211, [&] { client_.message_send("555-123-4567", number_, "hello"); });

        say("   → a text with a wrong token");
        const ringback::Client stranger = make_client(emulator_, "not-the-token");
        refused(20003, [&] { stranger.message_send(customer_, number_, "hello"); });
    }

    // A text from the outside world arrives.
    void write_to_shop(const std::string &from, const std::string &to, const std::string &body) {
        const std::string json = R"({"from": ")" + from + R"(", "to": ")" + to + R"(", "body": ")" + body + "\"}";
        act("POST", "/_emulator/messages", json);
    }

    // What a person or the network does, told to the emulator.
    Response act(const std::string &method, const std::string &path,
                 const std::optional<std::string> &body = std::nullopt) const {
        Response answer = emulator_.control(method, path, body);
        expect(answer.status() < 300, method + " " + path + ": " + std::string(answer.json().value_or("")));
        return answer;
    }

    std::string customer_, number_;
    ringback::Emulator emulator_;
    ringback::Client client_;
    Shop shop_;
};

// The argument, or what the environment says, or a sample.
std::string phone(int count, char **arguments, int index, const char *variable, const std::string &sample) {
    const char *set = std::getenv(variable);
    const std::string number = index < count ? arguments[index] : set != nullptr ? set : sample;
    const bool holds = number.size() > 1 && number.size() <= 16 && number[0] == '+' &&
                       number.find_first_not_of("0123456789", 1) == std::string::npos;
    expect(holds, "TO and FROM are numbers like +15551234567");
    return number;
}

} // namespace

int main(int count, char **arguments) {
    try {
        Story(phone(count, arguments, 1, "RINGBACK_DEMO_TO", "+15551234567"),
              phone(count, arguments, 2, "RINGBACK_DEMO_FROM", "+15557654321"))
            .tell();
        return EXIT_SUCCESS;
    } catch (const std::exception &error) {
        std::cerr << "the story ends: " << error.what() << '\n';
        return EXIT_FAILURE;
    }
}
