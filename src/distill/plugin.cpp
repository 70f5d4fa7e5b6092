#include <filesystem>
#include <optional>

#include "m2v/distill.h"

/// distill() under a name that can be looked up in the opened library. Nothing is null; exceptions
/// pass through, as both sides are built together.
extern "C" void m2v_distill_v1(const std::filesystem::path* teacher,
                               const m2v::DistillOptions* options, const m2v::OnEvent* on_event,
                               m2v::DistillReport* report, std::optional<m2v::StaticModel>* result);

void m2v_distill_v1(const std::filesystem::path* teacher, const m2v::DistillOptions* options,
                    const m2v::OnEvent* on_event, m2v::DistillReport* report,
                    std::optional<m2v::StaticModel>* result) {
  *result = m2v::distill(*teacher, *options, *on_event, report);
}
