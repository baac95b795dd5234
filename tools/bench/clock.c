// A clock that runs faster for one program: LD_PRELOAD=clock.so CLOCK_SPEED=50 CLOCK_START=SECONDS_SINCE_1970 PROGRAM
//
// Both clocks, that of the day and the monotonic one, run CLOCK_SPEED times as fast, the former from CLOCK_START on, and what
// waits for a time waits accordingly. libfaketime does not know how Rust's threads wait (futex), so slots do not pass faster there.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <linux/futex.h>
#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

typedef long long nanos;
#define SECOND 1000000000LL

static nanos speed = 1, began, day;
static long (*real_syscall)(long, ...);

static nanos to_nanos(const struct timespec *t) { return t->tv_sec * SECOND + t->tv_nsec; }
static struct timespec to_spec(nanos n) {
    if (n < 0) n = 0;
    return (struct timespec){n / SECOND, n % SECOND};
}
static nanos real(clockid_t clock) {
    struct timespec t;
    real_syscall(SYS_clock_gettime, clock, &t);
    return to_nanos(&t);
}

__attribute__((constructor)) static void start(void) {
    if (real_syscall) return;
    real_syscall = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
    const char *by = getenv("CLOCK_SPEED"), *from = getenv("CLOCK_START");
    if (by) speed = atoll(by);
    began = real(CLOCK_MONOTONIC);
    day = from ? atoll(from) * SECOND : real(CLOCK_REALTIME);
}

static nanos passed(void) { return (real(CLOCK_MONOTONIC) - began) * speed; }
static nanos monotonic(nanos fake) { return began + (fake - began) / speed; }

static int of_day(clockid_t clock) { return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE; }
static int of_running(clockid_t clock) {
    return clock == CLOCK_MONOTONIC || clock == CLOCK_MONOTONIC_COARSE || clock == CLOCK_MONOTONIC_RAW || clock == CLOCK_BOOTTIME;
}

int clock_gettime(clockid_t clock, struct timespec *t) {
    start();
    if (of_day(clock)) *t = to_spec(day + passed());
    else if (of_running(clock)) *t = to_spec(began + passed());
    else return (int)real_syscall(SYS_clock_gettime, clock, t);
    return 0;
}

int gettimeofday(struct timeval *restrict t, void *restrict zone) {
    (void)zone;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    *t = (struct timeval){now.tv_sec, now.tv_nsec / 1000};
    return 0;
}

time_t time(time_t *t) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (t) *t = now.tv_sec;
    return now.tv_sec;
}

int clock_nanosleep(clockid_t clock, int flags, const struct timespec *want, struct timespec *left) {
    start();
    (void)left;
    nanos until = to_nanos(want);
    if (!(flags & TIMER_ABSTIME)) until = real(CLOCK_MONOTONIC) + until / speed;
    else if (of_day(clock)) until = began + (until - day) / speed;
    else until = monotonic(until);
    struct timespec t = to_spec(until);
    return real_syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == 0 ? 0 : errno;
}

int nanosleep(const struct timespec *want, struct timespec *left) {
    int failed = clock_nanosleep(CLOCK_MONOTONIC, 0, want, left);
    if (failed) errno = failed;
    return failed ? -1 : 0;
}

// Milliseconds: a wait that is none stays none, others are a millisecond at least.
static int shorter(int ms) { return ms <= 0 ? ms : (int)((ms + speed - 1) / speed); }

int epoll_wait(int fd, struct epoll_event *events, int count, int ms) {
    start();
    return (int)real_syscall(SYS_epoll_wait, fd, events, count, shorter(ms));
}

int epoll_pwait(int fd, struct epoll_event *events, int count, int ms, const sigset_t *mask) {
    start();
    return (int)real_syscall(SYS_epoll_pwait, fd, events, count, shorter(ms), mask, (size_t)8);
}

int poll(struct pollfd *fds, nfds_t count, int ms) {
    start();
    return (int)real_syscall(SYS_poll, fds, count, shorter(ms));
}

long syscall(long number, ...) {
    start();
    va_list list;
    va_start(list, number);
    long a[6];
    for (int n = 0; n < 6; n += 1) a[n] = va_arg(list, long);
    va_end(list);
    struct timespec t;
    int operation = number == SYS_futex ? (int)a[1] & FUTEX_CMD_MASK : -1;
    if (a[3] && (operation == FUTEX_WAIT || operation == FUTEX_WAIT_BITSET)) {
        nanos n = to_nanos((struct timespec *)a[3]);
        if (operation == FUTEX_WAIT) {
            n /= speed;
        } else if (a[1] & FUTEX_CLOCK_REALTIME) {
            n = began + (n - day) / speed;
            a[1] &= ~FUTEX_CLOCK_REALTIME;
        } else {
            n = monotonic(n);
        }
        t = to_spec(n);
        a[3] = (long)&t;
    }
    return real_syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
