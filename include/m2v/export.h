#pragma once

// Macros that mark the symbols that a library exports. All others are hidden, so that they cannot
// clash with those of an application. Each library has its own macro, because Windows distinguishes
// exported symbols from imported ones: M2V_API for libm2v, M2V_DISTILL_API for libm2v_distill, and
// M2V_HUB_API for libm2v_hub. M2V_STATIC means that libm2v is a static library, which exports
// nothing; CMake defines it for targets that link to one.
#if defined(_WIN32)
#define M2V_EXPORTED __declspec(dllexport)
#define M2V_IMPORTED __declspec(dllimport)
#else
#define M2V_EXPORTED __attribute__((visibility("default")))
#define M2V_IMPORTED __attribute__((visibility("default")))
#endif

#if defined(M2V_STATIC)
#define M2V_API
#elif defined(M2V_BUILDS_M2V)
#define M2V_API M2V_EXPORTED
#else
#define M2V_API M2V_IMPORTED
#endif

#ifdef M2V_BUILDS_DISTILL
#define M2V_DISTILL_API M2V_EXPORTED
#else
#define M2V_DISTILL_API M2V_IMPORTED
#endif

#ifdef M2V_BUILDS_HUB
#define M2V_HUB_API M2V_EXPORTED
#else
#define M2V_HUB_API M2V_IMPORTED
#endif
