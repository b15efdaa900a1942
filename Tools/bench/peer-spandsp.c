/* CPU seconds that spandsp's dtmf_rx takes over a raw file of 16-bit samples at 8 kHz, REPEATS times, in 160-sample blocks.
   cc -O2 -o peer-spandsp peer-spandsp.c -lspandsp -lm */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <spandsp.h>

int main(int argc, char **argv) {
    if (argc != 3) return fprintf(stderr, "usage: peer-spandsp FILE.raw REPEATS\n"), 64;
    FILE *file = fopen(argv[1], "rb");
    if (!file) return perror(argv[1]), 66;
    fseek(file, 0, SEEK_END);
    long count = ftell(file) / 2, keys = 0;
    rewind(file);
    short *samples = malloc(count * 2);
    if (fread(samples, 2, count, file) != (size_t)count) return 74;
    const int repeats = atoi(argv[2]);
    const clock_t start = clock();
    for (int r = 0; r < repeats; r++) {
        char digits[129];
        dtmf_rx_state_t *state = dtmf_rx_init(NULL, NULL, NULL);
        for (long i = 0; i < count; i += 160) {
            dtmf_rx(state, samples + i, count - i < 160 ? (int)(count - i) : 160);
            if (i % 16000 == 0) keys += dtmf_rx_get(state, digits, 128);
        }
        keys += dtmf_rx_get(state, digits, 128);
        dtmf_rx_free(state);
    }
    printf("%.6f %ld\n", (double)(clock() - start) / CLOCKS_PER_SEC, keys / repeats);
    return 0;
}
