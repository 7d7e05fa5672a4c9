// Many calls at once in C++: results are answers or errors, and a function may end the batch.

#include <cstdlib>
#include <iostream>
#include <ringback.hpp>
#include <stdexcept>
#include <vector>

#define CHECK(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            std::cerr << __FILE__ << ":" << __LINE__ << ": not so: " << #condition << "\n";                            \
            std::exit(1);                                                                                              \
        }                                                                                                              \
    } while (0)

int main() {
    const ringback::Client client = ringback::Client::from_env();
    std::vector<ringback::Params> params;
    for (int index = 0; index < 100; ++index) {
        params.push_back({{"To", index == 7 ? "bad" : "+15551234567"}, {"Body", "hello"}});
    }
    ringback::BatchOptions options;
    std::size_t told = 0;
    options.concurrency = 8;
    options.on_progress = [&](std::size_t done, std::size_t total) {
        CHECK(done == ++told && total == 100);
        return true;
    };
    const auto results = client.call_many(RINGBACK_API_V2010_ACCOUNTS_MESSAGES_CREATE, params, options);
    CHECK(results.size() == 100 && told == 100);
    for (std::size_t index = 0; index < results.size(); ++index) {
        if (const auto *error = std::get_if<ringback::Error>(&results[index])) {
            CHECK(index == 7 && error->code() == 21211 && error->outcome() == RINGBACK_OUTCOME_NOT_SENT);
        } else {
            CHECK(std::get<ringback::Response>(results[index])["sid"] == "SM00000000000000000000000000000001");
        }
    }
    options.on_progress = [](std::size_t, std::size_t) -> bool { throw std::runtime_error("enough"); };
    const auto stopped = client.call_many("messages.create", params, options);
    CHECK(stopped.size() == 100 && std::get<ringback::Error>(stopped.back()).outcome_name() == "not_sent");
    options.per_second = -1;
    try {
        client.call_many("messages.create", params, options);
        CHECK(false);
    } catch (const ringback::Error &error) {
        CHECK(error.kind() == RINGBACK_ERROR_KIND_INVALID_ARGUMENT);
    }
    std::cout << "ok\n";
}
