#pragma once
#include <alsa/asoundlib.h>

/// Takes what ALSA would print on standard error. The handler is variadic, which Swift cannot write.
static inline void tonewall_alsa_discard(const char *file, int line, const char *function, int code, const char *format, ...) {
    (void)file, (void)line, (void)function, (void)code, (void)format;
}

/// Makes ALSA report by its return values only.
static inline void tonewall_alsa_silence(void) { snd_lib_error_set_handler(tonewall_alsa_discard); }
