// A web server for the examples, on loopback and on one thread: requests of bounded size and time, one after another.
//
// It is C11 and C++17 on POSIX. Include it before any other header, since it asks for POSIX.

#ifndef WEBHOOK_SERVER_H
#define WEBHOOK_SERVER_H

#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    WEBHOOK_REQUEST_SIZE = 32 * 1024, // head and body together
    WEBHOOK_ANSWER_SIZE = 4 * 1024,
    WEBHOOK_PATIENCE = 5000, // milliseconds for a request and its answer
    WEBHOOK_FAREWELL = 200   // milliseconds for the peer to hang up
};

// What a handler is given; headers that did not come are NULL.
typedef struct {
    const char *method;
    const char *path; // with its query
    const char *signature;
    const char *content_type;
    const char *body; // ends with NUL, for what is text
    size_t body_length;
} webhook_request;

// What a handler gives, by webhook_answer_with.
typedef struct {
    int status;
    const char *content_type;
    char body[WEBHOOK_ANSWER_SIZE];
} webhook_answer;

// Answers one request, on the server's thread.
typedef void webhook_handler(void *context, const webhook_request *request, webhook_answer *answer);

typedef struct {
    char url[32]; // such as http://127.0.0.1:40321
    uint16_t port;
    webhook_handler *handler;
    void *context;
    int listener;
    int stop[2]; // a pipe, whose writing end is closed to stop the thread
    pthread_t thread;
} webhook_server;

// Answers with a status and a text, which may be NULL and is copied; content_type must be a constant.
static inline void webhook_answer_with(webhook_answer *answer, int status, const char *content_type, const char *text) {
    const size_t length = text != NULL ? strlen(text) : 0;
    const bool fits = length < sizeof answer->body;
    answer->status = fits ? status : 500;
    answer->content_type = content_type;
    memcpy(answer->body, fits && length > 0 ? text : "", fits ? length + 1 : 1);
}

static inline int64_t webhook_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

// Waits for a socket, and gives whether it is ready before the deadline (negative: none) and before the stop.
static inline bool webhook_wait(int socket, short events, int stop, int64_t deadline) {
    for (;;) {
        struct pollfd watched[2];
        memset(watched, 0, sizeof watched);
        watched[0].fd = socket;
        watched[0].events = events;
        watched[1].fd = stop; // ignored if negative
        watched[1].events = POLLIN;
        const int64_t left = deadline - webhook_now();
        const int ready = poll(watched, 2, deadline < 0 ? -1 : left > 0 ? (int)left : 0);
        if (ready >= 0 || errno != EINTR) {
            return ready > 0 && watched[1].revents == 0;
        }
    }
}

// Gives how many bytes came, 0 at the end, or -1 if nothing comes any more.
static inline ssize_t webhook_receive(int socket, char *buffer, size_t size, int stop, int64_t deadline) {
    while (webhook_wait(socket, POLLIN, stop, deadline)) {
        const ssize_t count = recv(socket, buffer, size, 0);
        if (count >= 0 || (errno != EINTR && errno != EAGAIN)) {
            return count;
        }
    }
    return -1;
}

static inline bool webhook_send(int socket, const char *text, size_t length, int stop, int64_t deadline) {
    while (length > 0 && webhook_wait(socket, POLLOUT, stop, deadline)) {
        const ssize_t count = send(socket, text, length, 0);
        if (count >= 0) {
            text += count;
            length -= (size_t)count;
        } else if (errno != EINTR && errno != EAGAIN) {
            return false;
        }
    }
    return length == 0;
}

// Reads a number of at most nine digits.
static inline bool webhook_parse_length(const char *text, size_t *length) {
    const size_t digits = strspn(text, "0123456789");
    *length = (size_t)strtoul(text, NULL, 10);
    return digits > 0 && digits < 10 && text[digits] == '\0';
}

// Takes a head apart in its place, and gives whether it is one that this server understands.
static inline bool webhook_parse_head(char *head, webhook_request *request) {
    char *lines = NULL, *words = NULL;
    char *line = strtok_r(head, "\r\n", &lines);
    if (line == NULL) {
        return false;
    }
    request->method = strtok_r(line, " ", &words);
    request->path = strtok_r(NULL, " ", &words);
    const char *version = strtok_r(NULL, " ", &words);
    if (version == NULL || strncmp(version, "HTTP/1.", 7) != 0 || request->path[0] != '/') {
        return false;
    }
    while ((line = strtok_r(NULL, "\r\n", &lines)) != NULL) {
        char *value = strchr(line, ':');
        if (value == NULL) {
            return false;
        }
        *value++ = '\0';
        value += strspn(value, " \t");
        if (strcasecmp(line, "X-Twilio-Signature") == 0) {
            request->signature = value;
        } else if (strcasecmp(line, "Content-Type") == 0) {
            request->content_type = value;
        } else if (strcasecmp(line, "Transfer-Encoding") == 0) {
            return false; // Twilio says the length instead
        } else if (strcasecmp(line, "Content-Length") == 0 && !webhook_parse_length(value, &request->body_length)) {
            return false;
        }
    }
    return true;
}

// Reads a request into a buffer of WEBHOOK_REQUEST_SIZE + 1; gives 200, the status that refuses it, or 0 if it is lost.
static inline int webhook_read(int socket, int stop, int64_t deadline, char *buffer, webhook_request *request) {
    size_t filled = 0;
    char *end = NULL;
    buffer[0] = '\0';
    while ((end = strstr(buffer, "\r\n\r\n")) == NULL) {
        if (strlen(buffer) < filled) {
            return 400; // a NUL
        }
        if (filled == WEBHOOK_REQUEST_SIZE) {
            return 431;
        }
        const ssize_t count = webhook_receive(socket, buffer + filled, WEBHOOK_REQUEST_SIZE - filled, stop, deadline);
        if (count <= 0) {
            return 0;
        }
        filled += (size_t)count;
        buffer[filled] = '\0';
    }
    *end = '\0';
    if (!webhook_parse_head(buffer, request)) {
        return 400;
    }
    const size_t start = (size_t)(end + 4 - buffer);
    if (request->body_length > WEBHOOK_REQUEST_SIZE - start) {
        return 413;
    }
    while (filled < start + request->body_length) {
        const size_t missing = start + request->body_length - filled;
        const ssize_t count = webhook_receive(socket, buffer + filled, missing, stop, deadline);
        if (count <= 0) {
            return 0;
        }
        filled += (size_t)count;
    }
    buffer[start + request->body_length] = '\0';
    request->body = buffer + start;
    return 200;
}

static inline void webhook_reply(int socket, int stop, int64_t deadline, const webhook_answer *answer) {
    char head[256];
    const size_t length = strlen(answer->body);
    if (answer->status == 204) {
        snprintf(head, sizeof head, "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
    } else {
        const char *type = answer->content_type != NULL ? answer->content_type : "text/plain";
        snprintf(head, sizeof head,
                 "HTTP/1.1 %d \r\nContent-Type: %s\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n",
                 answer->status, type, length);
    }
    if (webhook_send(socket, head, strlen(head), stop, deadline) && answer->status != 204) {
        webhook_send(socket, answer->body, length, stop, deadline);
    }
    // the peer hangs up first: closing over bytes that were not read could take the answer back
    shutdown(socket, SHUT_WR);
    const int64_t farewell = webhook_now() + WEBHOOK_FAREWELL;
    char rest[1024];
    while (webhook_receive(socket, rest, sizeof rest, stop, farewell) > 0 && webhook_now() < farewell) {
    }
}

static inline void webhook_serve(const webhook_server *server, int socket) {
    const int64_t deadline = webhook_now() + WEBHOOK_PATIENCE;
    char buffer[WEBHOOK_REQUEST_SIZE + 1];
    webhook_request request;
    webhook_answer answer;
    memset(&request, 0, sizeof request);
    memset(&answer, 0, sizeof answer);
    answer.status = webhook_read(socket, server->stop[0], deadline, buffer, &request);
    if (answer.status == 200) {
        server->handler(server->context, &request, &answer);
    }
    if (answer.status != 0) {
        webhook_reply(socket, server->stop[0], deadline, &answer);
    }
}

// The life of the thread.
static inline void *webhook_run(void *argument) {
    const webhook_server *server = (const webhook_server *)argument;
    sigset_t quiet; // a peer that is gone is no reason to die
    sigemptyset(&quiet);
    sigaddset(&quiet, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &quiet, NULL);
    while (webhook_wait(server->listener, POLLIN, server->stop[0], -1)) {
        const int socket = accept(server->listener, NULL, NULL);
        if (socket < 0) {
            poll(NULL, 0, 1); // the peer is gone already, or no descriptor is free
            continue;
        }
        if (fcntl(socket, F_SETFL, O_NONBLOCK) == 0) {
            webhook_serve(server, socket);
        }
        close(socket);
    }
    return NULL;
}

static inline struct sockaddr_in webhook_loopback(uint16_t port) {
    struct sockaddr_in address;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
}

// Listens on a port that the system chooses; gives the socket, or -1.
static inline int webhook_listen(uint16_t *port) {
    struct sockaddr_in address = webhook_loopback(0);
    socklen_t size = sizeof address;
    const int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (listener < 0) {
        return -1;
    }
    if (bind(listener, (struct sockaddr *)&address, size) != 0 || listen(listener, SOMAXCONN) != 0 ||
        fcntl(listener, F_SETFL, O_NONBLOCK) != 0 || getsockname(listener, (struct sockaddr *)&address, &size) != 0) {
        close(listener);
        return -1;
    }
    *port = ntohs(address.sin_port);
    return listener;
}

// Starts the server, whose place must not change until webhook_server_stop; false if the system refuses.
static inline bool webhook_server_start(webhook_server *server, webhook_handler *handler, void *context) {
    memset(server, 0, sizeof *server);
    server->handler = handler;
    server->context = context;
    server->listener = webhook_listen(&server->port);
    if (server->listener < 0) {
        return false;
    }
    snprintf(server->url, sizeof server->url, "http://127.0.0.1:%u", (unsigned)server->port);
    if (pipe(server->stop) != 0) {
        close(server->listener);
        return false;
    }
    if (pthread_create(&server->thread, NULL, webhook_run, server) != 0) {
        close(server->listener);
        close(server->stop[0]);
        close(server->stop[1]);
        return false;
    }
    return true;
}

// Stops a server that was started, after the handler that may be at work.
static inline void webhook_server_stop(webhook_server *server) {
    close(server->stop[1]);
    pthread_join(server->thread, NULL);
    close(server->stop[0]);
    close(server->listener);
}

// Sends the bytes of a request as a stranger would; gives the HTTP status of the answer, or 0 if there is none.
static inline int webhook_knock(const webhook_server *server, const char *request) {
    const int64_t deadline = webhook_now() + WEBHOOK_PATIENCE;
    const struct sockaddr_in address = webhook_loopback(server->port);
    char answer[512] = "";
    size_t filled = 0;
    int status = 0;
    const int peer = socket(AF_INET, SOCK_STREAM, 0);
    if (peer < 0) {
        return 0;
    }
    if (connect(peer, (const struct sockaddr *)&address, sizeof address) == 0 &&
        webhook_send(peer, request, strlen(request), -1, deadline)) {
        ssize_t count = 0;
        while (filled < sizeof answer - 1 &&
               (count = webhook_receive(peer, answer + filled, sizeof answer - 1 - filled, -1, deadline)) > 0) {
            filled += (size_t)count;
        }
        answer[filled] = '\0';
        status = strncmp(answer, "HTTP/1.1 ", 9) == 0 ? atoi(answer + 9) : 0;
    }
    close(peer);
    return status;
}

#endif // WEBHOOK_SERVER_H
