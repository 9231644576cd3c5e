#include "harness.h"

#include <pthread.h>
#include <sched.h>

#include "pool/detour.h"

/* Threads that shall run on another CPU. */

static cpu_set_t own_cpus(void)
{
    cpu_set_t cpus;
    CPU_ZERO(&cpus);
    EXPECT_EQUAL(pthread_getaffinity_np(pthread_self(), sizeof cpus, &cpus), 0);
    return cpus;
}

TEST(a_detour_leads_off_a_cpu_and_leaves_the_choice_as_it_was)
{
    cpu_set_t before = own_cpus();
    if (CPU_COUNT(&before) < 2)
        SKIP("there is one CPU");
    for (int i = 0; i < 20; i++) {
        furrow__detour detour;
        int cpu = sched_getcpu();
        REQUIRE(furrow__detour_begin(&detour, pthread_self(), cpu));
        EXPECT(sched_getcpu() != cpu);
        cpu_set_t during = own_cpus();
        EXPECT(!CPU_ISSET((size_t)cpu, &during));
        EXPECT_EQUAL(CPU_COUNT(&during), CPU_COUNT(&before) - 1);
        furrow__detour_end(&detour);
        cpu_set_t after = own_cpus();
        EXPECT(CPU_EQUAL(&before, &after));
    }
}

TEST(there_is_no_detour_for_a_thread_with_one_cpu)
{
    cpu_set_t before = own_cpus(), one;
    int cpu = sched_getcpu();
    CPU_ZERO(&one);
    CPU_SET((size_t)cpu, &one);
    EXPECT_EQUAL(pthread_setaffinity_np(pthread_self(), sizeof one, &one), 0);
    furrow__detour detour;
    EXPECT(!furrow__detour_begin(&detour, pthread_self(), cpu));
    EXPECT(!furrow__detour_begin(&detour, pthread_self(), -1));
    EXPECT(!furrow__detour_begin(&detour, pthread_self(), CPU_SETSIZE));
    cpu_set_t after = own_cpus();
    EXPECT(CPU_EQUAL(&one, &after));
    pthread_setaffinity_np(pthread_self(), sizeof before, &before);
}
