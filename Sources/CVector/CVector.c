#include "Kernels.h"

// What multiplies and adds may do both at once.
#define WIDE_TARGET "avx2,fma"
#define WIDE_IS_SUPPORTED (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
#include "Dispatch.h"

ENTRY(void, tonewall_correlate_folded, (const float *samples, long count, const float *table, float *bins),
      correlate, (samples, count, table, bins))

ENTRY(tonewall_power, tonewall_measure, (const float *samples, long count), measure, (samples, count))

ENTRY(float, tonewall_interpolate,
      (const float *samples, const float *near, const float *far, float blend, long count),
      interpolate, (samples, near, far, blend, count))

ENTRY(void, tonewall_cross_correlate,
      (const float *a, long count, const float *b, long lags, float *sums),
      slide, (a, count, b, lags, sums))

ENTRY(float, tonewall_project_out_interference,
      (const float *bins, const float *interference, const float *model, float energy, float *cleaned),
      clean, (bins, interference, model, energy, cleaned))

ENTRY(void, tonewall_analyse_windows,
      (tonewall_hops *all, const float *unknown, long first, long count, const tonewall_window_tables *tables,
       float least_energy, float least_pair),
      analyse_windows, (all, unknown, first, count, tables, least_energy, least_pair))

ENTRY(void, tonewall_analyse_window,
      (const float *samples, long end, const tonewall_window_tables *tables, float least_pair, tonewall_window *window),
      analyse_window, (samples, end, tables, least_pair, window))

ENTRY(long, tonewall_follow_pair,
      (const float *samples, long step, long count, const tonewall_pair_path *path, float give_up),
      follow_pair, (samples, step, count, path, give_up))

ENTRY(tonewall_block, tonewall_measure_block,
      (const float *samples, const float *table, float least_energy, float *bins),
      measure_block, (samples, table, least_energy, bins))

ENTRY(long, tonewall_count_quiet_windows, (const float *samples, long count, float least_energy),
      quiet_windows, (samples, count, least_energy))

ENTRY(void, tonewall_convert16, (const void *from, long count, float *to), convert16, (from, count, to))

ENTRY(long, tonewall_first_unknown_hop, (const tonewall_hops *all, long first), first_unknown_hop, (all, first))
