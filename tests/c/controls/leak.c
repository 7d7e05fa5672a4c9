// Must be caught by the sanitizer: it does not free what it was given.

#include <ringback.h>

int main(void) {
    ringback_params *volatile params = ringback_params_new();
    params = NULL;
    return params != NULL;
}
