#include "m2v/hub.h"

/// Exports pull(), push() and sentence_transformer_id() under unmangled names, for lookup in
/// the loaded library. No pointer is null. Exceptions pass through, because both sides are built
/// together.
extern "C" M2V_HUB_API void m2v_hub_pull_v1(const std::string_view* repository,
                                            const m2v::hub::HubOptions* options,
                                            const m2v::OnEvent* on_event,
                                            std::filesystem::path* result);
extern "C" M2V_HUB_API void m2v_hub_push_v2(const std::filesystem::path* folder,
                                            const std::string_view* repository,
                                            const m2v::hub::PushOptions* options,
                                            const m2v::OnEvent* on_event,
                                            m2v::hub::PushResult* result);
extern "C" M2V_HUB_API void m2v_hub_sentence_transformer_id_v1(const std::string_view* name,
                                                               std::string* result);

void m2v_hub_pull_v1(const std::string_view* repository, const m2v::hub::HubOptions* options,
                     const m2v::OnEvent* on_event, std::filesystem::path* result) {
  *result = m2v::hub::pull(*repository, *options, *on_event);
}

void m2v_hub_push_v2(const std::filesystem::path* folder, const std::string_view* repository,
                     const m2v::hub::PushOptions* options, const m2v::OnEvent* on_event,
                     m2v::hub::PushResult* result) {
  *result = m2v::hub::push(*folder, *repository, *options, *on_event);
}

void m2v_hub_sentence_transformer_id_v1(const std::string_view* name, std::string* result) {
  *result = m2v::hub::sentence_transformer_id(*name);
}
