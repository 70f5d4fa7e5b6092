/* A C program of somebody else's: m2v.h, m2v::c, nothing more. */
#include <m2v.h>
#include <stdio.h>
#include <string.h>

int main(void) {
  const uint64_t ids[] = {10, 20};
  const float vectors[] = {1, 0, 0, 1}, query[] = {0.1f, 0.9f};
  m2v_index* index;
  m2v_model* model;
  m2v_hit hit;
  size_t found;
  if (m2v_index_create(2, NULL, &index) != M2V_OK) return 1;
  if (m2v_index_add(index, ids, 2, vectors, 4) != M2V_OK) return 2;
  if (m2v_index_search(index, query, 1, 2, 1, NULL, &hit, &found) != M2V_OK) return 3;
  m2v_index_free(index);
  if (found != 1 || hit.id != 20) return 4;
  if (m2v_model_load("no such folder", NULL, &model) != M2V_IO_ERROR) return 5;
  printf("m2v %s: %s\n", m2v_version(), m2v_last_error());
  return strstr(m2v_last_error(), "no such folder") != NULL ? 0 : 6;
}
