// Included before everything in wheels. The one function of libstdc++ that GCC 12 takes in a
// version which RHEL 9 and Amazon Linux 2023 do not have is the same in the version before it.
#if defined(__linux__) && defined(__x86_64__) && defined(__GNUC__)
__asm__(
    ".symver _ZNSt18condition_variable4waitERSt11unique_lockISt5mutexE,"
    "_ZNSt18condition_variable4waitERSt11unique_lockISt5mutexE@GLIBCXX_3.4.11");
#endif
