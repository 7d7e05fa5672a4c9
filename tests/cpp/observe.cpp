// A std::function is told of every call that is over, lives as long as a list of its client, and may throw.

#include <ringback.hpp>

#include <cstdlib>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#define CHECK(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            std::cerr << __FILE__ << ":" << __LINE__ << ": not so: " << #condition << "\n";                            \
            std::exit(1);                                                                                              \
        }                                                                                                              \
    } while (0)

int main() {
    const auto seen = std::make_shared<std::vector<std::string>>();
    std::optional<ringback::Records> records;
    {
        ringback::ClientOptions options;
        options.on_call = [seen](const ringback::CallRecord &record) {
            seen->push_back(std::string(record.method) + " " + std::to_string(record.status) + " " +
                            record.outcome_name);
            throw std::runtime_error("does not reach the call");
        };
        const ringback::Client client(options);
        const ringback::Client moved = [&] {
            ringback::Client made(options);
            return made;
        }();
        CHECK(moved.message_send("+15551234567", "+15557654321", "hello").status() == 201);
        CHECK(client.message_send("+15551234567", "+15557654321", "hello").status() == 201);
        records.emplace(client.list(RINGBACK_API_V2010_ACCOUNTS_MESSAGES_LIST));
    }
    int count = 0;
    for (const auto &record : *records) {
        count += record["sid"].empty() ? 0 : 1;
    }
    CHECK(count == 3);
    CHECK((*seen == std::vector<std::string>{"POST 201 sent", "POST 201 sent", "GET 200 sent", "GET 200 sent"}));
    std::cout << "ok\n";
}
