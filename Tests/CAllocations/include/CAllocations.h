#pragma once

/// Counts what this thread allocates from now on.
void allocations_watch(void);

/// Stops counting; how often this thread allocated since ``allocations_watch``.
long allocations_seen(void);
