// Embeds a few texts and finds those nearest in meaning to a question.
#include <stdio.h>
#include <stdlib.h>

#include "m2v.h"

static void check(m2v_status status) {
  if (status == M2V_OK) return;
  fprintf(stderr, "m2v: %s\n", m2v_last_error());
  exit(1);
}

int main(int argc, char** argv) {
  const char* texts[] = {"Bread rises because yeast makes gas.",
                         "The moon pulls the sea: that makes the tides.",
                         "A bank lends what others have saved."};
  const uint64_t ids[] = {0, 1, 2};
  if (argc != 3) return fprintf(stderr, "usage: %s MODEL QUESTION\n", argv[0]), 2;
  const char* question = argv[2];

  m2v_model* model;
  check(m2v_model_load(argv[1], NULL, &model));
  const size_t dim = m2v_model_dim(model);
  float* vectors = malloc(3 * dim * sizeof(float));
  float* query = malloc(dim * sizeof(float));
  check(m2v_model_encode(model, texts, NULL, 3, NULL, vectors, 3 * dim));
  check(m2v_model_encode(model, &question, NULL, 1, NULL, query, dim));

  m2v_index* index;
  m2v_hit hits[3];
  size_t found;
  check(m2v_index_create(dim, NULL, &index));
  check(m2v_index_add(index, ids, 3, vectors, 3 * dim));
  check(m2v_index_search(index, query, 1, dim, 3, NULL, hits, &found));
  for (size_t i = 0; i < found; ++i) printf("%f  %s\n", hits[i].score, texts[hits[i].id]);

  m2v_index_free(index);
  m2v_model_free(model);
  free(query);
  free(vectors);
  return 0;
}
