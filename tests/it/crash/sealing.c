// Preloaded into a hub (LD_PRELOAD): kills it right before the n-th call by which it would change its database or the log's second place.
//
//   CRASH_ARMED   a file; calls are counted while it is there
//   CRASH_AT      n, from 1
//   CRASH_PATHS   words separated by ':'; calls on files whose path holds one of them count
//   CRASH_PORT    calls on sockets to this port count (the database's)
//
// Built by tests/it/crash/sealing.rs.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_long calls;

static int named(const char *path) {
    const char *words = getenv("CRASH_PATHS");
    char copy[4096], *rest = copy, *word;
    if (!words || strlen(words) >= sizeof copy) return 0;
    strcpy(copy, words);
    while ((word = strsep(&rest, ":")))
        if (*word && strstr(path, word)) return 1;
    return 0;
}

static int held(int fd) {
    char link[64], path[4096];
    struct sockaddr_in peer;
    socklen_t length = sizeof peer;
    const char *port = getenv("CRASH_PORT");
    if (port && getpeername(fd, (struct sockaddr *)&peer, &length) == 0)
        return peer.sin_family == AF_INET && ntohs(peer.sin_port) == atoi(port);
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t size = readlink(link, path, sizeof path - 1);
    if (size <= 0) return 0;
    path[size] = 0;
    return named(path);
}

static void count(int matters) {
    const char *armed = getenv("CRASH_ARMED"), *at = getenv("CRASH_AT");
    if (!matters || !armed || !at || access(armed, F_OK) != 0) return;
    if (atomic_fetch_add(&calls, 1) + 1 == atol(at)) {
        kill(getpid(), SIGKILL);
        for (;;) pause();
    }
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define ON_FILE(type, name, parameters, ...) \
    type name parameters { count(held(fd)); return REAL(name)(__VA_ARGS__); }
#define ON_PATH(name, parameters, path, ...) \
    int name parameters { count(named(path)); return REAL(name)(__VA_ARGS__); }

ON_FILE(ssize_t, write, (int fd, const void *bytes, size_t size), fd, bytes, size)
ON_FILE(ssize_t, writev, (int fd, const struct iovec *parts, int number), fd, parts, number)
ON_FILE(ssize_t, pwrite, (int fd, const void *bytes, size_t size, off_t at), fd, bytes, size, at)
ON_FILE(ssize_t, pwrite64, (int fd, const void *bytes, size_t size, off64_t at), fd, bytes, size, at)
ON_FILE(ssize_t, send, (int fd, const void *bytes, size_t size, int flags), fd, bytes, size, flags)
ON_FILE(ssize_t, sendto,
        (int fd, const void *bytes, size_t size, int flags, const struct sockaddr *to, socklen_t length),
        fd, bytes, size, flags, to, length)
ON_FILE(ssize_t, sendmsg, (int fd, const struct msghdr *message, int flags), fd, message, flags)
ON_FILE(int, fsync, (int fd), fd)
ON_FILE(int, fdatasync, (int fd), fd)
ON_FILE(int, ftruncate, (int fd, off_t size), fd, size)
ON_FILE(int, ftruncate64, (int fd, off64_t size), fd, size)
ON_PATH(rename, (const char *from, const char *to), to, from, to)
ON_PATH(link, (const char *from, const char *to), to, from, to)
ON_PATH(linkat, (int from_fd, const char *from, int to_fd, const char *to, int flags), to, from_fd, from, to_fd, to, flags)
ON_PATH(unlink, (const char *path), path, path)
ON_PATH(unlinkat, (int folder, const char *path, int flags), path, folder, path, flags)
