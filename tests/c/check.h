// What a test program needs: it ends at the first thing that is not as it must be, and says where.

#ifndef RINGBACK_TESTS_CHECK_H
#define RINGBACK_TESTS_CHECK_H

#include <ringback.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);                                    \
            exit(1);                                                                                                   \
        }                                                                                                              \
    } while (0)

#define CHECK_TEXT(found, expected)                                                                                    \
    do {                                                                                                               \
        const char *text = (found);                                                                                    \
        if (text == NULL || strcmp(text, (expected)) != 0) {                                                           \
            fprintf(stderr, "%s:%d: %s is %s, not %s\n", __FILE__, __LINE__, #found, text ? text : "NULL",             \
                    (expected));                                                                                       \
            exit(1);                                                                                                   \
        }                                                                                                              \
    } while (0)

// The call must succeed.
#define MUST(call)                                                                                                     \
    do {                                                                                                               \
        ringback_error *failure = (call);                                                                              \
        if (failure != NULL) {                                                                                         \
            fprintf(stderr, "%s:%d: %s: %s\n", __FILE__, __LINE__, #call, ringback_error_get_message(failure));        \
            exit(1);                                                                                                   \
        }                                                                                                              \
    } while (0)

// The call must fail with this kind and these words.
#define MUST_FAIL(call, expected_kind, words)                                                                          \
    do {                                                                                                               \
        ringback_error *failure = (call);                                                                              \
        CHECK(failure != NULL);                                                                                        \
        if (ringback_error_get_kind(failure) != (expected_kind) ||                                                     \
            strstr(ringback_error_get_message(failure), (words)) == NULL) {                                            \
            fprintf(stderr, "%s:%d: %s: kind %s: %s\n", __FILE__, __LINE__, #call,                                     \
                    ringback_error_get_kind_name(failure), ringback_error_get_message(failure));                       \
            exit(1);                                                                                                   \
        }                                                                                                              \
        ringback_error_free(failure);                                                                                  \
    } while (0)

#endif // RINGBACK_TESTS_CHECK_H
