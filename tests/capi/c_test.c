// Everything in m2v.h, from C. Usage: c_test FOLDER [M2V], where FOLDER has two empty folders,
// "model" and "damaged", and M2V is the command, whose vectors are compared with ours.
#include <math.h>
#include <pthread.h>
#include <stdlib.h>

#include "m2v.h"
#include "test_support.h"

static char model_folder[4000];

static int is_near(float a, float b) { return fabsf(a - b) < 1e-6f; }

static m2v_model* load(void) {
  m2v_model* model = NULL;
  CHECK(m2v_model_load(model_folder, NULL, &model) == M2V_OK);
  if (model == NULL) {
    printf("%s\n", m2v_last_error());
    exit(1);
  }
  return model;
}

static void test_versions(void) {
  CHECK(m2v_abi_version() == M2V_ABI_VERSION);
  CHECK(strchr(m2v_version(), '.') != NULL);
  CHECK(strcmp(m2v_last_error(), "") == 0);
}

static void test_info(const m2v_model* model) {
  m2v_info info = {.struct_size = sizeof info};
  // As a program has it that knows the first three members only.
  m2v_info older = {.struct_size = offsetof(m2v_info, dim), .dim = 77};
  // As one that knows a member more.
  struct {
    m2v_info info;
    size_t more;
  } newer = {{.struct_size = sizeof newer}, 77};

  CHECK(m2v_model_info(model, &info) == M2V_OK);
  CHECK(info.struct_size == sizeof info);
  CHECK(info.tokens == 4 && info.rows == 4 && info.dim == 2);
  CHECK(info.max_length == 512 && info.median_token_length == 3);
  CHECK(strcmp(info.dtype, "float32") == 0);
  CHECK(strcmp(info.tokenizer_model, "WordPiece") == 0);
  CHECK(strcmp(info.base_model, "") == 0);
  CHECK(strstr(info.config_json, "\"max_length\": 512") != NULL);
  CHECK(info.normalize == 1 && info.has_weights == 0 && info.has_mapping == 0);

  CHECK(m2v_model_info(model, &older) == M2V_OK);
  CHECK(older.tokens == 4 && older.rows == 4 && older.dim == 77);
  CHECK(m2v_model_info(model, &newer.info) == M2V_OK);
  CHECK(newer.info.dim == 2 && newer.more == 0 && newer.info.struct_size == sizeof newer);

  older.struct_size = 0;
  CHECK_FAILS(m2v_model_info(model, &older), M2V_INVALID_ARGUMENT, "sizeof(m2v_info)");
  CHECK_FAILS(m2v_model_info(model, NULL), M2V_INVALID_ARGUMENT, "info is NULL");
  CHECK_FAILS(m2v_model_info(NULL, &info), M2V_INVALID_ARGUMENT, "model is NULL");
}

static void test_encode(const m2v_model* model) {
  const char* const texts[] = {"Cat moon", "", "zebra DOG", "cat"};
  const char* const pieces[] = {"cat moon", NULL, "cat\0moon"};
  const size_t lengths[] = {3, 0, 8};
  const float half = sqrtf(0.5f);
  float vectors[8] = {0};

  CHECK(m2v_model_dim(model) == 2);
  CHECK(m2v_model_encode(model, texts, NULL, 4, NULL, vectors, 8) == M2V_OK);
  CHECK(is_near(vectors[0], half) && is_near(vectors[1], half));
  CHECK(vectors[2] == 0 && vectors[3] == 0);
  CHECK(is_near(vectors[4], half) && is_near(vectors[5], half));
  CHECK(vectors[6] == 1 && vectors[7] == 0);

  // NUL is a character as any other, one that this tokenizer drops: "catmoon" is unknown.
  CHECK(m2v_model_encode(model, pieces, lengths, 3, NULL, vectors, 6) == M2V_OK);
  CHECK(vectors[0] == 1 && vectors[1] == 0);
  CHECK(vectors[2] == 0 && vectors[3] == 0);
  CHECK(vectors[4] == 0 && vectors[5] == 0);

  CHECK(m2v_model_encode(model, NULL, NULL, 0, NULL, NULL, 0) == M2V_OK);

  CHECK_FAILS(m2v_model_encode(NULL, texts, NULL, 4, NULL, vectors, 8), M2V_INVALID_ARGUMENT,
              "model is NULL");
  CHECK_FAILS(m2v_model_encode(model, NULL, NULL, 4, NULL, vectors, 8), M2V_INVALID_ARGUMENT,
              "texts is NULL");
  CHECK_FAILS(m2v_model_encode(model, pieces, NULL, 3, NULL, vectors, 6), M2V_INVALID_ARGUMENT,
              "text is NULL");
  CHECK_FAILS(m2v_model_encode(model, texts, NULL, 4, NULL, NULL, 8), M2V_INVALID_ARGUMENT,
              "vectors is NULL");
  CHECK_FAILS(m2v_model_encode(model, texts, NULL, 4, NULL, vectors, 7), M2V_INVALID_ARGUMENT,
              "7 values are not 4 rows of 2");
  CHECK_FAILS(m2v_model_encode(model, texts, NULL, 0, NULL, vectors, 8), M2V_INVALID_ARGUMENT,
              "8 values are not 0 rows");
  // A product that overflows is no way around the check.
  CHECK_FAILS(m2v_model_encode(model, texts, NULL, SIZE_MAX / 2 + 1, NULL, vectors, 0),
              M2V_INVALID_ARGUMENT, "rows of 2");
}

static void test_encode_options(const m2v_model* model) {
  const char* const texts[] = {"cat moon"};
  m2v_encode_options options = {.struct_size = sizeof options, .normalize = M2V_OFF, .threads = 1};
  struct {
    m2v_encode_options options;
    int64_t more;
  } newer = {{.struct_size = sizeof newer, .normalize = M2V_OFF}, 0};
  float vector[2];

  CHECK(m2v_model_encode(model, texts, NULL, 1, &options, vector, 2) == M2V_OK);
  CHECK(vector[0] == 0.5f && vector[1] == 0.5f);
  options.max_length = 1;
  CHECK(m2v_model_encode(model, texts, NULL, 1, &options, vector, 2) == M2V_OK);
  CHECK(vector[0] == 1 && vector[1] == 0);
  options.max_length = M2V_NO_LIMIT;
  options.normalize = M2V_ON;
  CHECK(m2v_model_encode(model, texts, NULL, 1, &options, vector, 2) == M2V_OK);
  CHECK(is_near(vector[0], sqrtf(0.5f)));

  // Made for an older library: it knows no threads and no normalize.
  options.struct_size = offsetof(m2v_encode_options, normalize);
  options.normalize = 99;
  CHECK(m2v_model_encode(model, texts, NULL, 1, &options, vector, 2) == M2V_OK);
  options.struct_size = sizeof options;
  CHECK_FAILS(m2v_model_encode(model, texts, NULL, 1, &options, vector, 2), M2V_INVALID_ARGUMENT,
              "encode_options.normalize is 99");

  // Made for a newer one.
  CHECK(m2v_model_encode(model, texts, NULL, 1, &newer.options, vector, 2) == M2V_OK);
  CHECK(vector[0] == 0.5f);
  newer.more = 1;
  CHECK_FAILS(m2v_model_encode(model, texts, NULL, 1, &newer.options, vector, 2),
              M2V_INVALID_ARGUMENT, "does not support");

  options.struct_size = 0;
  CHECK_FAILS(m2v_model_encode(model, texts, NULL, 1, &options, vector, 2), M2V_INVALID_ARGUMENT,
              "sizeof(m2v_encode_options)");
  options.struct_size = SIZE_MAX;
  CHECK_FAILS(m2v_model_encode(model, texts, NULL, 1, &options, vector, 2), M2V_INVALID_ARGUMENT,
              "struct_size");
}

static void test_sequence(const m2v_model* model) {
  const m2v_encode_options one = {.struct_size = sizeof one, .max_length = 1};
  const float expected[] = {1, 0, 0, 1};
  float* vectors = NULL;
  size_t rows = 0;

  CHECK(m2v_model_encode_as_sequence(model, "cat moon zebra", 14, NULL, &vectors, &rows) == M2V_OK);
  CHECK(rows == 2 && memcmp(vectors, expected, sizeof expected) == 0);
  m2v_free(vectors);
  CHECK(m2v_model_encode_as_sequence(model, "cat moon", 8, &one, &vectors, &rows) == M2V_OK);
  CHECK(rows == 1 && memcmp(vectors, expected, 2 * sizeof(float)) == 0);
  m2v_free(vectors);
  CHECK(m2v_model_encode_as_sequence(model, NULL, 0, NULL, &vectors, &rows) == M2V_OK);
  CHECK(rows == 0 && vectors == NULL);

  rows = 7;
  CHECK_FAILS(m2v_model_encode_as_sequence(model, NULL, 1, NULL, &vectors, &rows),
              M2V_INVALID_ARGUMENT, "text is NULL");
  CHECK(rows == 0);
  CHECK_FAILS(m2v_model_encode_as_sequence(NULL, "cat", 3, NULL, &vectors, &rows),
              M2V_INVALID_ARGUMENT, "model is NULL");
  CHECK_FAILS(m2v_model_encode_as_sequence(model, "cat", 3, NULL, NULL, &rows),
              M2V_INVALID_ARGUMENT, "vectors is NULL");
  CHECK_FAILS(m2v_model_encode_as_sequence(model, "cat", 3, NULL, &vectors, NULL),
              M2V_INVALID_ARGUMENT, "rows is NULL");
}

static void test_tokens(const m2v_model* model) {
  const m2v_tokenizer* const tokenizer = m2v_model_tokenizer(model);
  const uint32_t known[] = {1, 3}, all[] = {0, 1, 3};
  uint32_t* ids = NULL;
  size_t count = 0, length = 0;
  const char* token;

  CHECK(m2v_model_tokenize(model, "zebra cat moon", 14, &ids, &count) == M2V_OK);
  CHECK(count == 2 && memcmp(ids, known, sizeof known) == 0);
  m2v_free(ids);
  CHECK(m2v_tokenizer_encode(tokenizer, "zebra cat moon", 14, &ids, &count) == M2V_OK);
  CHECK(count == 3 && memcmp(ids, all, sizeof all) == 0);
  m2v_free(ids);
  CHECK(m2v_tokenizer_encode(tokenizer, "", 0, &ids, &count) == M2V_OK);
  CHECK(count == 0 && ids == NULL);

  CHECK(m2v_tokenizer_id_limit(tokenizer) == 4);
  token = m2v_tokenizer_token(tokenizer, 3, &length);
  CHECK(token != NULL && length == 4 && memcmp(token, "moon", 4) == 0);
  CHECK(m2v_tokenizer_token(tokenizer, 4, &length) == NULL && length == 0);
  CHECK(m2v_tokenizer_token(tokenizer, 3, NULL) == NULL);
  CHECK(m2v_tokenizer_token(NULL, 3, &length) == NULL);

  CHECK_FAILS(m2v_model_tokenize(NULL, "cat", 3, &ids, &count), M2V_INVALID_ARGUMENT,
              "model is NULL");
  CHECK_FAILS(m2v_model_tokenize(model, NULL, 3, &ids, &count), M2V_INVALID_ARGUMENT,
              "text is NULL");
  CHECK_FAILS(m2v_model_tokenize(model, "cat", 3, NULL, &count), M2V_INVALID_ARGUMENT,
              "ids is NULL");
  CHECK_FAILS(m2v_tokenizer_encode(NULL, "cat", 3, &ids, &count), M2V_INVALID_ARGUMENT,
              "tokenizer is NULL");
  CHECK_FAILS(m2v_tokenizer_encode(tokenizer, "cat", 3, &ids, NULL), M2V_INVALID_ARGUMENT,
              "count is NULL");
}

static void test_tokenizer_alone(void) {
  m2v_tokenizer* tokenizer = NULL;
  uint32_t* ids = NULL;
  size_t count = 0;

  CHECK(m2v_tokenizer_load(model_folder, &tokenizer) == M2V_OK);
  CHECK(m2v_tokenizer_encode(tokenizer, "moon", 4, &ids, &count) == M2V_OK);
  CHECK(count == 1 && ids[0] == 3);
  m2v_free(ids);
  m2v_tokenizer_free(tokenizer);

  CHECK_FAILS(m2v_tokenizer_load("no/such/folder", &tokenizer), M2V_IO_ERROR, "no/such/folder");
  CHECK(tokenizer == NULL);
  CHECK_FAILS(m2v_tokenizer_load(NULL, &tokenizer), M2V_INVALID_ARGUMENT, "path is NULL");
  CHECK_FAILS(m2v_tokenizer_load(model_folder, NULL), M2V_INVALID_ARGUMENT, "tokenizer is NULL");
}

static void test_load(const char* folder) {
  const char* const texts[] = {"cat moon"};
  m2v_load_options options = {.struct_size = sizeof options, .subfolder = "model"};
  m2v_model* model = NULL;
  char damaged[4096], long_path[5000];
  uint32_t* ids = NULL;
  size_t count = 0;
  float vector[2];

  options.normalize = M2V_OFF;
  options.max_length = 1;
  CHECK(m2v_model_load(folder, &options, &model) == M2V_OK);
  CHECK(m2v_model_encode(model, texts, NULL, 1, NULL, vector, 2) == M2V_OK);
  CHECK(vector[0] == 1 && vector[1] == 0);
  CHECK(m2v_model_tokenize(model, "cat moon", 8, &ids, &count) == M2V_OK && count == 1);
  m2v_free(ids);
  m2v_model_free(model);

  options.reserved = 1;
  CHECK_FAILS(m2v_model_load(folder, &options, &model), M2V_INVALID_ARGUMENT, "load_options has");
  CHECK(model == NULL);
  CHECK_FAILS(m2v_model_load("no/such/model", NULL, &model), M2V_IO_ERROR, "no/such/model");
  CHECK_FAILS(m2v_model_load(NULL, NULL, &model), M2V_INVALID_ARGUMENT, "path is NULL");
  CHECK_FAILS(m2v_model_load(model_folder, NULL, NULL), M2V_INVALID_ARGUMENT, "model is NULL");
  memset(long_path, 'x', sizeof long_path - 1);
  long_path[sizeof long_path - 1] = 0;
  CHECK_FAILS(m2v_model_load(long_path, NULL, &model), M2V_IO_ERROR, "xxx");

  snprintf(damaged, sizeof damaged, "%s/damaged", folder);
  write_model(damaged);
  write_file(damaged, "config.json", "[", 1);
  CHECK_FAILS(m2v_model_load(damaged, NULL, &model), M2V_FORMAT_ERROR, "damaged/config.json");
}

static void test_index(void) {
  const uint64_t ids[] = {10, 20, UINT64_MAX};
  const float vectors[] = {1, 0, 0, 1, 3, 4};
  const float queries[] = {0.1f, 0.9f, 1, 0};
  const float wrong[] = {1, NAN};
  const m2v_index_options products = {.struct_size = sizeof products, .metric = M2V_INNER_PRODUCT};
  const m2v_search_options one_thread = {.struct_size = sizeof one_thread, .threads = 1};
  const m2v_index_options no_metric = {.struct_size = sizeof no_metric, .metric = 7};
  m2v_index *cosines = NULL, *index = NULL;
  m2v_hit hits[10];
  size_t found[2] = {0, 0};

  CHECK(m2v_index_create(2, NULL, &cosines) == M2V_OK);
  CHECK(m2v_index_search(cosines, queries, 2, 4, 3, NULL, hits, found) == M2V_OK);
  CHECK(found[0] == 0 && found[1] == 0);
  CHECK(m2v_index_add(cosines, ids, 3, vectors, 6) == M2V_OK);
  CHECK(m2v_index_size(cosines) == 3);
  CHECK(m2v_index_search(cosines, queries, 2, 4, 2, &one_thread, hits, found) == M2V_OK);
  CHECK(found[0] == 2 && found[1] == 2);
  CHECK(hits[0].id == 20 && is_near(hits[0].score, 0.9f / sqrtf(0.82f)));
  CHECK(hits[1].id == UINT64_MAX && is_near(hits[1].score, 0.78f / sqrtf(0.82f)));
  CHECK(hits[2].id == 10 && hits[2].score == 1);
  CHECK(hits[3].id == UINT64_MAX && is_near(hits[3].score, 0.6f));

  CHECK(m2v_index_create(2, &products, &index) == M2V_OK);
  CHECK(m2v_index_add(index, ids, 3, vectors, 6) == M2V_OK);
  CHECK(m2v_index_search(index, queries, 1, 2, 5, NULL, hits, found) == M2V_OK);
  CHECK(found[0] == 3 && hits[0].id == UINT64_MAX && is_near(hits[0].score, 3.9f));
  m2v_index_free(index);

  CHECK_FAILS(m2v_index_create(0, NULL, &index), M2V_INVALID_ARGUMENT, "at least one value");
  CHECK(index == NULL);
  CHECK_FAILS(m2v_index_create(2, &no_metric, &index), M2V_INVALID_ARGUMENT, "metric is 7");
  CHECK_FAILS(m2v_index_create(2, NULL, NULL), M2V_INVALID_ARGUMENT, "index is NULL");
  CHECK_FAILS(m2v_index_add(NULL, ids, 3, vectors, 6), M2V_INVALID_ARGUMENT, "index is NULL");
  CHECK_FAILS(m2v_index_add(cosines, NULL, 3, vectors, 6), M2V_INVALID_ARGUMENT, "ids is NULL");
  CHECK_FAILS(m2v_index_add(cosines, ids, 3, NULL, 6), M2V_INVALID_ARGUMENT, "vectors is NULL");
  CHECK_FAILS(m2v_index_add(cosines, ids, 2, vectors, 6), M2V_INVALID_ARGUMENT, "2 rows of 2");
  CHECK_FAILS(m2v_index_add(cosines, ids, 1, wrong, 2), M2V_INVALID_ARGUMENT, "not finite");
  CHECK(m2v_index_size(cosines) == 3);
  CHECK_FAILS(m2v_index_search(NULL, queries, 2, 4, 2, NULL, hits, found), M2V_INVALID_ARGUMENT,
              "index is NULL");
  CHECK_FAILS(m2v_index_search(cosines, NULL, 2, 4, 2, NULL, hits, found), M2V_INVALID_ARGUMENT,
              "queries is NULL");
  CHECK_FAILS(m2v_index_search(cosines, queries, 1, 4, 2, NULL, hits, found), M2V_INVALID_ARGUMENT,
              "1 rows of 2");
  CHECK_FAILS(m2v_index_search(cosines, wrong, 1, 2, 2, NULL, hits, found), M2V_INVALID_ARGUMENT,
              "not finite");
  CHECK_FAILS(m2v_index_search(cosines, queries, 2, 4, 2, NULL, NULL, found), M2V_INVALID_ARGUMENT,
              "hits is NULL");
  CHECK_FAILS(m2v_index_search(cosines, queries, 2, 4, 2, NULL, hits, NULL), M2V_INVALID_ARGUMENT,
              "found is NULL");
  m2v_index_free(cosines);
}

static void test_null(void) {
  m2v_model_free(NULL);
  m2v_tokenizer_free(NULL);
  m2v_index_free(NULL);
  m2v_free(NULL);
  CHECK(m2v_model_dim(NULL) == 0);
  CHECK(m2v_model_tokenizer(NULL) == NULL);
  CHECK(m2v_tokenizer_id_limit(NULL) == 0);
  CHECK(m2v_index_size(NULL) == 0);
}

static void* another_thread(void* model) {
  const char* const texts[] = {"cat moon"};
  float vector[2];
  CHECK(strcmp(m2v_last_error(), "") == 0);
  CHECK(m2v_model_encode(model, texts, NULL, 1, NULL, vector, 2) == M2V_OK);
  CHECK_FAILS(m2v_index_add(NULL, NULL, 0, NULL, 0), M2V_INVALID_ARGUMENT, "index is NULL");
  return NULL;
}

static void test_threads(m2v_model* model) {
  pthread_t thread;
  m2v_model* other = NULL;
  CHECK_FAILS(m2v_model_load("no/such/model", NULL, &other), M2V_IO_ERROR, "no/such/model");
  CHECK(pthread_create(&thread, NULL, another_thread, model) == 0);
  CHECK(pthread_join(thread, NULL) == 0);
  CHECK(strstr(m2v_last_error(), "no/such/model") != NULL);
}

/// The same vectors as the command's, to the last bit.
static void test_command(const m2v_model* model, const char* folder, const char* m2v) {
  const char* const texts[] = {"Cat moon", "", "zebra DOG", "moon moon cat dog"};
  float vectors[8], theirs[9];
  char command[16000];
  FILE* file;

  write_file(folder, "texts.txt", "Cat moon\n\nzebra DOG\nmoon moon cat dog\n", 38);
  snprintf(command, sizeof command,
           "\"%s\" encode -m \"%s\" \"%s/texts.txt\" -o \"%s/vectors.f32\"", m2v, model_folder,
           folder, folder);
  CHECK(system(command) == 0);
  snprintf(command, sizeof command, "%s/vectors.f32", folder);
  file = fopen(command, "rb");
  CHECK(file != NULL && fread(theirs, sizeof(float), 9, file) == 8);
  if (file != NULL) fclose(file);
  CHECK(m2v_model_encode(model, texts, NULL, 4, NULL, vectors, 8) == M2V_OK);
  CHECK(memcmp(vectors, theirs, sizeof vectors) == 0);
}

int main(int argc, char** argv) {
  m2v_model* model;
  if (argc < 2) return 2;
  snprintf(model_folder, sizeof model_folder, "%s/model", argv[1]);
  write_model(model_folder);

  test_versions();
  model = load();
  test_info(model);
  test_encode(model);
  test_encode_options(model);
  test_sequence(model);
  test_tokens(model);
  test_tokenizer_alone();
  test_load(argv[1]);
  test_index();
  test_null();
  test_threads(model);
  if (argc > 2) test_command(model, argv[1], argv[2]);
  m2v_model_free(model);

  if (failures == 0) printf("all well\n");
  return failures == 0 ? 0 : 1;
}
