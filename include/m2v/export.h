#pragma once

/// What a library exports. Everything else in it is hidden, so that none of its symbols can take
/// the place of an application's own, or the other way round. Each library has its own macro, for
/// Windows tells what a library exports from what it imports: M2V_API is libm2v's, M2V_DISTILL_API
/// libm2v_distill's, and M2V_HUB_API libm2v_hub's. M2V_STATIC says that libm2v is a static library,
/// which exports nothing; CMake defines it for whoever links the target.
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
