// Sends a message: TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN say as whom, the arguments to whom, from where and what.
//
//     c++ -std=c++17 send_message.cpp $(pkg-config --cflags --libs ringback) -o send_message
//     ./send_message +15551234567 +15557654321 "Your order has shipped"

#include <iostream>
#include <ringback.hpp>

int main(int count, char **arguments) {
    if (count != 4) {
        std::cerr << "usage: " << arguments[0] << " TO FROM BODY\n";
        return 2;
    }
    try {
        const auto client = ringback::Client::from_env();
        const auto message = client.message_send(arguments[1], arguments[2], arguments[3]);
        std::cout << message["sid"] << "\n";
    } catch (const ringback::Error &error) {
        std::cerr << error.what() << "\n";
        return 1;
    }
}
