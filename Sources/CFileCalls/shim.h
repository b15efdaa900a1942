// Linux's own calls on files. The C library shows them to Swift in part only, and its headers are another module's.
#pragma once
#include <stddef.h>

// xattr(7): attributes of open files
long flistxattr(int descriptor, char *list, size_t size);
long fgetxattr(int descriptor, const char *name, void *value, size_t size);
int fsetxattr(int descriptor, const char *name, const void *value, size_t size, int flags);
int fremovexattr(int descriptor, const char *name);

// renameat2(2)
int renameat2(int old_folder, const char *old_name, int new_folder, const char *new_name, unsigned int flags);
static const unsigned int tonewall_rename_noreplace = 1;
static const unsigned int tonewall_rename_exchange = 2;

// open(2)
static const int tonewall_o_path = 010000000;

int fcntl(int descriptor, int command, ...);

// fcntl(2): leases, which tell of others who open the file. The signal is one that is ignored by default.
static inline int tonewall_take_read_lease(int descriptor) {
    if (fcntl(descriptor, 10 /* F_SETSIG */, 23 /* SIGURG */) != 0) return -1;
    return fcntl(descriptor, 1024 /* F_SETLEASE */, 0 /* F_RDLCK */);
}
static inline int tonewall_holds_read_lease(int descriptor) {
    return fcntl(descriptor, 1025 /* F_GETLEASE */) == 0 /* F_RDLCK */;
}
static inline void tonewall_drop_lease(int descriptor) { fcntl(descriptor, 1024 /* F_SETLEASE */, 2 /* F_UNLCK */); }
