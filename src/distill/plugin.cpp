#include <filesystem>
#include <optional>

#include "m2v/convert.h"
#include "m2v/distill.h"

// Exports the functions of this library under unmangled names, for lookup in the loaded library. No
// pointer is null. Exceptions pass through, because both sides are built together.

extern "C" M2V_DISTILL_API void m2v_distill_v4(const std::filesystem::path* teacher,
                                               const m2v::DistillOptions* options,
                                               const m2v::OnEvent* on_event,
                                               m2v::DistillReport* report,
                                               std::optional<m2v::StaticModel>* result);
extern "C" M2V_DISTILL_API void m2v_convert_v1(const m2v::StaticModel* model,
                                               const m2v::ConvertOptions* options,
                                               const m2v::OnEvent* on_event,
                                               std::optional<m2v::StaticModel>* result);

void m2v_distill_v4(const std::filesystem::path* teacher, const m2v::DistillOptions* options,
                    const m2v::OnEvent* on_event, m2v::DistillReport* report,
                    std::optional<m2v::StaticModel>* result) {
  *result = m2v::distill(*teacher, *options, *on_event, report);
}

void m2v_convert_v1(const m2v::StaticModel* model, const m2v::ConvertOptions* options,
                    const m2v::OnEvent* on_event, std::optional<m2v::StaticModel>* result) {
  *result = m2v::convert(*model, *options, *on_event);
}
