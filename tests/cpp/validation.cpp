// Requests are signed with the private key of the file that the argument names; the service refuses others.

#include <ringback.hpp>

#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

int main(int argument_count, char **arguments) {
    std::ifstream file(argument_count == 2 ? arguments[1] : "");
    const std::string key{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    ringback::ClientOptions options;
    options.api_key = "SK1";
    options.api_secret = "secret";
    options.client_validation = ringback::ClientValidation{"AC1", "SK1", "CR1", key};
    const ringback::Client client(options);
    if (client.message_send("+15551234567", "+15557654321", "hello")["sid"] != "SM1") {
        return 1;
    }
    std::cout << "ok: a signed request is taken\n";
}
