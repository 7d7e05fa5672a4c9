// Must be ended by SIGPIPE: it writes to the same service as hang_up.c, without the library between them.

#define _POSIX_C_SOURCE 200809L
#include <arpa/inet.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

int main(int count, char **arguments) {
    if (count != 2) {
        return 2;
    }
    signal(SIGPIPE, SIG_DFL);
    struct sockaddr_in address = {0};
    address.sin_family = AF_INET;
    address.sin_port = htons((unsigned short)atoi(arguments[1]));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int peer = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(peer, (struct sockaddr *)&address, sizeof address) != 0) {
        return 2;
    }
    static char bytes[1 << 20];
    memset(bytes, 'x', sizeof bytes);
    struct iovec piece = {bytes, sizeof bytes};
    for (int round = 0; round < 64; ++round) {
        if (writev(peer, &piece, 1) < 0) {
            break;
        }
    }
    close(peer);
    return 0;
}
