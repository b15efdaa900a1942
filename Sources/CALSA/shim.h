#pragma once
#include <alsa/asoundlib.h>
#include <dlfcn.h>

/// Takes what ALSA would print on standard error. The handler is variadic, which Swift cannot write.
static inline void tonewall_alsa_discard(const char *file, int line, const char *function, int code, const char *format, ...) {
    (void)file, (void)line, (void)function, (void)code, (void)format;
}

/// Makes ALSA report by its return values only.
static inline void tonewall_alsa_silence(void) { snd_lib_error_set_handler(tonewall_alsa_discard); }

/// Takes what JACK's library would print.
static inline void tonewall_jack_discard(const char *message) { (void)message; }

/// Makes JACK's library silent, where there is one: with a server gone it writes a page at every attempt.
///
/// It is loaded for that, once, before ALSA's plugin brings it with the first device and it has its say.
static inline void tonewall_jack_silence(void) {
    void *library = dlopen("libjack.so.0", RTLD_LAZY);
    if (!library) return;
    const char *const setters[] = {"jack_set_error_function", "jack_set_info_function"};
    for (int index = 0; index < 2; index++) {
        void (*set)(void (*)(const char *)) = (void (*)(void (*)(const char *)))dlsym(library, setters[index]);
        if (set) set(tonewall_jack_discard);
    }
}
