// Must be caught by the sanitizer: it reads a text whose handle is gone.

#include <ringback.h>
#include <stdio.h>

int main(void) {
    const char *from = NULL;
    ringback_form *form = NULL;
    ringback_error *error = ringback_form_parse("From=1", 6, &form);
    if (error == NULL) {
        from = ringback_form_get(form, "From");
        ringback_form_free(form);
        puts(from);
    }
    return 0;
}
