// What became of messages whose sends ended unknown, in C++: by the list of messages, and by a correlation id.

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

struct Lost {
    double at;
    std::string correlation_id;
};

// Sends a message whose answer is lost before or after the work is done.
static Lost lose(const ringback::Emulator &emulator, const ringback::Client &client, const std::string &when,
                 const ringback::Params &params) {
    const auto fault =
        R"({"match":{"operation":"messages.create"},"times":1,"fault":{"reset":")" + when + R"("}})";
    CHECK(emulator.control("POST", "/_emulator/faults", fault).status() == 200);
    try {
        client.call("messages.create", params);
    } catch (const ringback::Error &error) {
        CHECK(error.outcome() == RINGBACK_OUTCOME_UNKNOWN && error.begun_at() > 1e9);
        return {error.begun_at(), std::string(error.correlation_id())};
    }
    CHECK(false);
    return {};
}

int main() {
    const ringback::Emulator emulator;
    ringback::ClientOptions options;
    options.account_sid = emulator.account_sid();
    options.auth_token = emulator.auth_token();
    options.base_url = emulator.url();
    options.timeout = 2;
    options.correlate_callbacks = true;
    const ringback::Client client(options);
    const ringback::Params params = {{"To", "+15551234567"},
                                     {"From", "+15557654321"},
                                     {"Body", "hello"},
                                     {"StatusCallback", "http://127.0.0.1:9/status?order=1"}};

    const auto before = lose(emulator, client, "before", params);
    const auto absent = client.message_reconcile(params, before.at);
    CHECK(absent.verdict() == RINGBACK_VERDICT_ABSENT && absent.size() == 0 && absent.sid().empty());

    const auto first = lose(emulator, client, "after", params);
    CHECK(first.correlation_id.size() == 32 && first.correlation_id != before.correlation_id);
    const auto found = client.message_reconcile(params, first.at);
    CHECK(found.verdict() == RINGBACK_VERDICT_FOUND && found.size() == 1);
    CHECK(found.sid().substr(0, 2) == "SM" && found.text(0, "body") == "hello");
    CHECK(found.json(0)->find("\"direction\":\"outbound-api\"") != std::string_view::npos && !found.json(1));

    lose(emulator, client, "after", params);
    const auto ambiguous = client.message_reconcile(params, first.at);
    CHECK(ambiguous.verdict() == RINGBACK_VERDICT_AMBIGUOUS && ambiguous.size() == 2 && ambiguous.sid().empty());
    const auto other = client.message_reconcile(params, first.at, {std::string(found.sid())});
    CHECK(other.verdict() == RINGBACK_VERDICT_FOUND && other.sid() != found.sid());

    const auto form =
        ringback::Form::of_url("https://shop.example/status?order=1&ringback_correlation_id=" + first.correlation_id);
    CHECK(form.correlation_id() == first.correlation_id);
    CHECK(!ringback::Form::of_url("https://shop.example/status").correlation_id());
    try {
        client.message_reconcile({}, first.at);
        CHECK(false);
    } catch (const ringback::Error &error) {
        CHECK(error.kind() == RINGBACK_ERROR_KIND_INVALID_ARGUMENT && error.outcome() == RINGBACK_OUTCOME_UNKNOWN);
        CHECK(error.correlation_id().empty() && error.begun_at() < 0);
    }
    std::cout << "ok\n";
}
