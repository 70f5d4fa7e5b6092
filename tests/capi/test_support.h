// Checks that go on, and a model of four tokens.
#ifndef TEST_SUPPORT_H
#define TEST_SUPPORT_H

#include <stdint.h>
#include <stdio.h>
#include <string.h>

static int failures = 0;

#define CHECK(condition) \
  ((condition) ? (void)0 : (void)(failures++, printf("line %d: %s\n", __LINE__, #condition)))

/// A call that fails: with this status, and with this in its message.
#define CHECK_FAILS(call, expected, words)                 \
  do {                                                     \
    CHECK((call) == (expected));                           \
    if (strstr(m2v_last_error(), (words)) == NULL) {       \
      failures++;                                          \
      printf("line %d: %s\n", __LINE__, m2v_last_error()); \
    }                                                      \
  } while (0)

static void write_file(const char* folder, const char* name, const void* bytes, size_t size) {
  char path[4096];
  FILE* file;
  snprintf(path, sizeof path, "%s/%s", folder, name);
  file = fopen(path, "wb");
  if (file == NULL || fwrite(bytes, 1, size, file) != size || fclose(file) != 0) {
    failures++;
    printf("cannot write %s\n", path);
  }
}

/// [UNK] (0, 0)   cat (1, 0)   dog (0.5, 0.5)   moon (0, 1)
static void write_model(const char* folder) {
  static const char config[] = "{\"normalize\": true, \"max_length\": 512}";
  static const char tokenizer[] =
      "{\"normalizer\": {\"type\": \"BertNormalizer\", \"clean_text\": true,"
      " \"handle_chinese_chars\": true, \"strip_accents\": null, \"lowercase\": true},"
      " \"pre_tokenizer\": {\"type\": \"BertPreTokenizer\"},"
      " \"model\": {\"type\": \"WordPiece\", \"unk_token\": \"[UNK]\","
      " \"continuing_subword_prefix\": \"##\", \"max_input_chars_per_word\": 100,"
      " \"vocab\": {\"[UNK]\": 0, \"cat\": 1, \"dog\": 2, \"moon\": 3}}}";
  static const char header[] =
      "{\"embeddings\":{\"dtype\":\"F32\",\"shape\":[4,2],\"data_offsets\":[0,32]}}      ";
  static const float table[] = {0, 0, 1, 0, 0.5f, 0.5f, 0, 1};
  const uint64_t header_size = sizeof header - 1;
  char tensors[sizeof header_size + sizeof header - 1 + sizeof table];
  memcpy(tensors, &header_size, sizeof header_size);
  memcpy(tensors + sizeof header_size, header, sizeof header - 1);
  memcpy(tensors + sizeof header_size + sizeof header - 1, table, sizeof table);
  write_file(folder, "config.json", config, sizeof config - 1);
  write_file(folder, "tokenizer.json", tokenizer, sizeof tokenizer - 1);
  write_file(folder, "model.safetensors", tensors, sizeof tensors);
}

#endif
