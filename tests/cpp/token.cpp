// Access tokens are made by the classes as by the functions; the argument and what is printed are those of tests/c/token.c.

#include <ringback.hpp>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

static std::vector<std::string> fields(const std::string &line) {
    std::vector<std::string> fields(1);
    for (std::size_t index = 0; index < line.size();) {
        if (line[index] == '\t') {
            fields.emplace_back();
            index += 1;
        } else {
            fields.back() += static_cast<char>(std::stoi(line.substr(index, 2), nullptr, 16));
            index += 2;
        }
    }
    fields.pop_back();
    return fields;
}

int main(int argument_count, char **arguments) {
    std::ifstream file(argument_count == 2 ? arguments[1] : "");
    std::vector<std::string> read;
    for (std::string line; std::getline(file, line);) {
        read = fields(line);
        ringback::AccessToken token(read.at(0), read.at(1), read.at(2));
        token.identity(read.at(3)).region(read.at(4));
        token.ttl(static_cast<std::uint32_t>(std::stoul(read.at(5)))).issued_at(std::stoll(read.at(6)));
        for (std::size_t index = 7; index + 1 < read.size(); index += 2) {
            token.grant_json(read[index], read[index + 1]);
        }
        std::cout << token.to_jwt() << "\n";
    }
    ringback::AccessToken token("AC1", "SK1", read.at(2));
    token.identity("alice").issued_at(std::stoll(read.at(6))).grant_voice("AP1", true, "CR1").grant_video("kitchen");
    token.grant_chat("IS1").grant_sync("IS2").grant_task_router("WS1", std::nullopt, "worker");
    std::cout << token.to_jwt() << "\n";
    try {
        ringback::AccessToken("AC1", "SK1", "secret").ttl(86401).to_jwt();
    } catch (const ringback::Error &error) {
        return error.kind() == RINGBACK_ERROR_KIND_INVALID_ARGUMENT ? 0 : 1;
    }
    return 1;
}
