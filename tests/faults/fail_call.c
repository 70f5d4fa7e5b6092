/* Loaded with LD_PRELOAD, makes the N-th call of a kind fail, as a disk or a machine short of
 * memory would.
 *
 *   M2V_FAULT_KIND    read: read, pread and readv of regular files (EIO)
 *                     map: mmap of files (ENOMEM)
 *                     write: write, pwrite, writev, ftruncate to regular files (EIO or ENOSPC)
 *                     sync: fsync, fdatasync (EIO)
 *                     rename: rename, renameat, renameat2, link, symlink (EIO)
 *                     open: open, openat, creat, mkdir (EMFILE)
 *                     close: close of regular files (EIO; the descriptor is closed)
 *                     memory: malloc, calloc, realloc, aligned_alloc, posix_memalign, memalign, and
 *                     mmap without a file (no memory)
 *                     thread: pthread_create (EAGAIN)
 *   M2V_FAULT_AT      which call, from 1 on; 0: none
 *   M2V_FAULT_ERRNO   another errno
 *   M2V_FAULT_TRACE   set: where the call came from goes to standard error
 *   M2V_FAULT_COUNT   a file that gets the number of calls when the process ends
 *
 * Calls count process-wide, over all threads, from main() on, since what the loader and static
 * initializers do is not ours. Memory counts from the first thread, or the first file that is
 * opened in the folder M2V_FAULT_FROM: before that it is the parser of the command line that
 * allocates, in functions of its own that are noexcept. Memory also counts C++'s operator new,
 * which calls malloc.
 */
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum Kind { kNone, kRead, kMap, kWrite, kSync, kRename, kOpen, kClose, kMemory, kThread };

static const char* const kNames[] = {"",       "read", "map",   "write",  "sync",
                                     "rename", "open", "close", "memory", "thread"};
static const int kErrors[] = {0, EIO, ENOMEM, ENOSPC, EIO, EIO, EMFILE, EIO, ENOMEM, EAGAIN};

typedef int (*Main)(int, char**, char**);
static Main real_main;

static enum Kind chosen;
static int chosen_error;
static long fail_at;
static const char* count_file;
static int traced;
static const char* from_folder;
static atomic_long calls;
static atomic_int armed;
static __thread int inside; /* our own work does not count */

/* What memory waits for. */
static void begin_memory(const char* path) {
  if (chosen != kMemory || atomic_load_explicit(&armed, memory_order_relaxed) || inside) return;
  if (real_main == NULL || from_folder == NULL) return;
  if (path == NULL || strncmp(path, from_folder, strlen(from_folder)) == 0) atomic_store(&armed, 1);
}

/* Whether this call, of the kind `kind`, is the one that fails. Sets errno if so. */
static int fails(enum Kind kind) {
  if (!atomic_load_explicit(&armed, memory_order_relaxed) || kind != chosen || inside) return 0;
  if (atomic_fetch_add(&calls, 1) + 1 != fail_at) return 0;
  if (traced) {
    void* frames[40];
    ++inside;
    backtrace_symbols_fd(frames, backtrace(frames, 40), 2);
    --inside;
  }
  errno = chosen_error;
  return 1;
}

static int is_file(int descriptor) {
  struct stat status;
  const int saved = errno;
  const int regular = fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
  errno = saved;
  return regular;
}

static void report(void) {
  atomic_store(&armed, 0);
  if (count_file == NULL) return;
  char text[32];
  const int length = snprintf(text, sizeof text, "%ld\n", atomic_load(&calls));
  const int descriptor =
      (int)syscall(SYS_openat, AT_FDCWD, count_file, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (descriptor < 0) return;
  if (syscall(SYS_write, descriptor, text, (size_t)length) < 0) _exit(99);
  syscall(SYS_close, descriptor);
}

/* main() is where counting begins, and its return or exit() where it ends. */
static int counted_main(int argc, char** argv, char** environment) {
  const char* name = getenv("M2V_FAULT_KIND");
  const char* at = getenv("M2V_FAULT_AT");
  const char* error = getenv("M2V_FAULT_ERRNO");
  count_file = getenv("M2V_FAULT_COUNT");
  traced = getenv("M2V_FAULT_TRACE") != NULL;
  fail_at = at == NULL ? 0 : atol(at);
  for (int kind = kRead; name != NULL && kind <= kThread; ++kind) {
    if (strcmp(name, kNames[kind]) == 0) chosen = (enum Kind)kind;
  }
  chosen_error = error == NULL ? kErrors[chosen] : atoi(error);
  atexit(report);
  from_folder = getenv("M2V_FAULT_FROM");
  if (chosen != kMemory || from_folder == NULL) atomic_store(&armed, 1);
  return real_main(argc, argv, environment);
}

int __libc_start_main(Main program, int argc, char** argv, void (*init)(void), void (*fini)(void),
                      void (*loader_fini)(void), void* stack_end) {
  int (*next)(Main, int, char**, void (*)(void), void (*)(void), void (*)(void), void*) =
      (int (*)(Main, int, char**, void (*)(void), void (*)(void), void (*)(void), void*))dlsym(
          RTLD_NEXT, "__libc_start_main");
  real_main = program;
  return next(counted_main, argc, argv, init, fini, loader_fini, stack_end);
}

#define NEXT(name) ((__typeof__(&name))next_function(#name))

static void* next_function(const char* name) {
  ++inside;
  void* found = dlsym(RTLD_NEXT, name);
  --inside;
  return found;
}

/* Memory: glibc's own functions under their other names, so that dlsym() may allocate. */
extern void* __libc_malloc(size_t);
extern void* __libc_calloc(size_t, size_t);
extern void* __libc_realloc(void*, size_t);
extern void* __libc_memalign(size_t, size_t);

void* malloc(size_t size) { return fails(kMemory) ? NULL : __libc_malloc(size); }
void* calloc(size_t count, size_t size) {
  return fails(kMemory) ? NULL : __libc_calloc(count, size);
}
void* realloc(void* old, size_t size) { return fails(kMemory) ? NULL : __libc_realloc(old, size); }
void* memalign(size_t alignment, size_t size) {
  return fails(kMemory) ? NULL : __libc_memalign(alignment, size);
}
void* aligned_alloc(size_t alignment, size_t size) {
  return fails(kMemory) ? NULL : __libc_memalign(alignment, size);
}
int posix_memalign(void** result, size_t alignment, size_t size) {
  void* made = fails(kMemory) ? NULL : __libc_memalign(alignment, size);
  if (made == NULL) return ENOMEM;
  *result = made;
  return 0;
}

int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*start)(void*),
                   void* argument) {
  begin_memory(NULL);
  if (fails(kThread)) return chosen_error;
  return NEXT(pthread_create)(thread, attributes, start, argument);
}

ssize_t read(int descriptor, void* buffer, size_t size) {
  if (is_file(descriptor) && fails(kRead)) return -1;
  return NEXT(read)(descriptor, buffer, size);
}
ssize_t pread(int descriptor, void* buffer, size_t size, off_t offset) {
  if (is_file(descriptor) && fails(kRead)) return -1;
  return NEXT(pread)(descriptor, buffer, size, offset);
}
ssize_t readv(int descriptor, const struct iovec* pieces, int count) {
  if (is_file(descriptor) && fails(kRead)) return -1;
  return NEXT(readv)(descriptor, pieces, count);
}
void* mmap(void* address, size_t size, int protection, int flags, int descriptor, off_t offset) {
  if (fails(descriptor >= 0 ? kMap : kMemory)) return MAP_FAILED;
  return NEXT(mmap)(address, size, protection, flags, descriptor, offset);
}
ssize_t write(int descriptor, const void* buffer, size_t size) {
  if (is_file(descriptor) && fails(kWrite)) return -1;
  return NEXT(write)(descriptor, buffer, size);
}
ssize_t pwrite(int descriptor, const void* buffer, size_t size, off_t offset) {
  if (is_file(descriptor) && fails(kWrite)) return -1;
  return NEXT(pwrite)(descriptor, buffer, size, offset);
}
ssize_t writev(int descriptor, const struct iovec* pieces, int count) {
  if (is_file(descriptor) && fails(kWrite)) return -1;
  return NEXT(writev)(descriptor, pieces, count);
}
int ftruncate(int descriptor, off_t size) {
  return fails(kWrite) ? -1 : NEXT(ftruncate)(descriptor, size);
}
int fsync(int descriptor) { return fails(kSync) ? -1 : NEXT(fsync)(descriptor); }
int fdatasync(int descriptor) { return fails(kSync) ? -1 : NEXT(fdatasync)(descriptor); }
int rename(const char* from, const char* to) {
  return fails(kRename) ? -1 : NEXT(rename)(from, to);
}
int renameat(int from_folder, const char* from, int to_folder, const char* to) {
  return fails(kRename) ? -1 : NEXT(renameat)(from_folder, from, to_folder, to);
}
int renameat2(int from_folder, const char* from, int to_folder, const char* to, unsigned flags) {
  return fails(kRename) ? -1 : NEXT(renameat2)(from_folder, from, to_folder, to, flags);
}
int link(const char* from, const char* to) { return fails(kRename) ? -1 : NEXT(link)(from, to); }
int symlink(const char* target, const char* path) {
  return fails(kRename) ? -1 : NEXT(symlink)(target, path);
}
int mkdir(const char* path, mode_t mode) { return fails(kOpen) ? -1 : NEXT(mkdir)(path, mode); }
int close(int descriptor) {
  if (!is_file(descriptor) || !fails(kClose)) return NEXT(close)(descriptor);
  NEXT(close)(descriptor);
  errno = chosen_error;
  return -1;
}

static mode_t mode_of(int flags, va_list arguments) {
  return (flags & (O_CREAT | O_TMPFILE)) != 0 ? (mode_t)va_arg(arguments, int) : 0;
}
int open(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  begin_memory(path);
  return fails(kOpen) ? -1 : NEXT(open)(path, flags, mode);
}
int open64(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  begin_memory(path);
  return fails(kOpen) ? -1 : NEXT(open)(path, flags, mode);
}
int openat(int folder, const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  begin_memory(path);
  return fails(kOpen) ? -1 : NEXT(openat)(folder, path, flags, mode);
}
