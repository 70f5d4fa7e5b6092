#ifndef M2V_H
#define M2V_H

/// m2v from C, and from whatever can call C: static text embeddings on CPUs. docs/c.md has
/// examples.
///
/// Errors: a function that can fail returns a status, and m2v_last_error() then says what was
/// wrong. Nothing is printed, and no call ends the program. NULL where there has to be something is
/// M2V_INVALID_ARGUMENT. A call that fails gives out NULL and 0; what it has written to an array of
/// the caller's has no meaning.
///
/// Memory: what *_load and *_create make is the caller's until the *_free of its kind; arrays that
/// a call gives out are freed with m2v_free(). Every *_free takes NULL. What is `const` belongs to
/// the object that it was asked of, and lives as long.
///
/// Threads: models and tokenizers never change, and any number of threads may use one at once. Any
/// number may search an index at once, but not beside m2v_index_add(). Nobody else uses an object
/// while it is freed.
///
/// Texts are UTF-8 with their length in bytes, and may hold NUL. Each maximal ill-formed part is
/// read as U+FFFD. A text of no bytes may be NULL.
///
/// Arrays of floats come with their number of values, which must be exactly what is written or
/// read: this tells vectors of another width.
///
/// Options are structs that begin with their size; 0 in every other member is its default, and NULL
/// stands for all defaults:
///
///     m2v_encode_options options = {.struct_size = sizeof options, .threads = 1};
///
/// New members come at the end or take the place of `reserved`, so that a program and a library of
/// different versions understand each other: a member that one of them does not know must be 0.

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Grows when a program has to be compiled again. Functions, members and statuses may be added
/// without that. The library's file name ends with it: libm2v_c.so.1.
#define M2V_ABI_VERSION 1

/// The M2V_ABI_VERSION that the library was built with.
uint32_t m2v_abi_version(void);

/// The library's version, "major.minor.patch".
const char* m2v_version(void);

/// What became of a call. Later versions may add more.
typedef enum m2v_status {
  M2V_OK = 0,
  M2V_INVALID_ARGUMENT = 1,  ///< A mistake of the calling program.
  M2V_IO_ERROR = 2,          ///< The operating system refused: no such file, not readable.
  M2V_FORMAT_ERROR = 3,      ///< A file's content is wrong; the message names file and place.
  M2V_OUT_OF_MEMORY = 4,
  M2V_FAILED = 5  ///< Anything else.
} m2v_status;

/// What was wrong with the last call that failed in this thread, one sentence in UTF-8, "" if none
/// did. Valid until the next one fails, or the thread ends.
const char* m2v_last_error(void);

/// Frees an array that a call gave out.
void m2v_free(void* array);

/// A maximum length that is none.
#define M2V_NO_LIMIT SIZE_MAX

/// A switch of an options struct.
enum { M2V_OFF = -1, M2V_DEFAULT = 0, M2V_ON = 1 };

// --- Tokenizers ---

/// Turns text into token ids, those of Hugging Face `tokenizers`.
typedef struct m2v_tokenizer m2v_tokenizer;

/// Reads a tokenizer.json, the one in a folder, or the one in a compiled model.
m2v_status m2v_tokenizer_load(const char* path, m2v_tokenizer** tokenizer);
void m2v_tokenizer_free(m2v_tokenizer* tokenizer);

/// All ids of a text: no special tokens added, nothing truncated, unknown ids kept. `ids` is for
/// m2v_free(), and NULL if there are none.
m2v_status m2v_tokenizer_encode(const m2v_tokenizer* tokenizer, const char* text, size_t length,
                                uint32_t** ids, size_t* count);

/// The token with this id, `*length` bytes that no NUL ends; NULL if there is none. It lives as
/// long as the tokenizer.
const char* m2v_tokenizer_token(const m2v_tokenizer* tokenizer, uint32_t id, size_t* length);

/// One more than the largest id; 0 for NULL.
size_t m2v_tokenizer_id_limit(const m2v_tokenizer* tokenizer);

// --- Models ---

/// A tokenizer and a table of token vectors.
typedef struct m2v_model m2v_model;

typedef struct m2v_load_options {
  size_t struct_size;     ///< sizeof(m2v_load_options)
  const char* subfolder;  ///< Of the model's folder, in which the model lies.
  size_t max_length;      ///< In tokens, or M2V_NO_LIMIT. Default: what the model's files say.
  int32_t normalize;      ///< M2V_ON, M2V_OFF. Default: what the model's files say.
  uint32_t reserved;
} m2v_load_options;

/// Loads a model's folder, of any layout that model2vec reads, or a compiled model.
m2v_status m2v_model_load(const char* path, const m2v_load_options* options, m2v_model** model);
void m2v_model_free(m2v_model* model);

/// The number of values of a vector; 0 for NULL.
size_t m2v_model_dim(const m2v_model* model);

/// The model's own tokenizer, which is not to be freed; NULL for NULL.
const m2v_tokenizer* m2v_model_tokenizer(const m2v_model* model);

/// What there is to know about a model. The strings live as long as the model.
typedef struct m2v_info {
  size_t struct_size;  ///< sizeof(m2v_info); the caller sets it.
  size_t tokens;
  size_t rows;  ///< Of the table: fewer than tokens if these share rows.
  size_t dim;
  size_t max_length;            ///< In tokens, or M2V_NO_LIMIT.
  size_t median_token_length;   ///< In code points.
  const char* dtype;            ///< Of the table: "float16", ...
  const char* tokenizer_model;  ///< "WordPiece", ...
  const char* base_model;       ///< "" if unknown.
  const char* config_json;      ///< config.json as it was loaded.
  int32_t normalize;            ///< 0 or 1, as what follows.
  int32_t has_weights;
  int32_t has_mapping;
  uint32_t reserved;
} m2v_info;

m2v_status m2v_model_info(const m2v_model* model, m2v_info* info);

typedef struct m2v_encode_options {
  size_t struct_size;  ///< sizeof(m2v_encode_options)
  /// In tokens, or M2V_NO_LIMIT. Default: the model's own for m2v_model_encode(), M2V_NO_LIMIT for
  /// m2v_model_encode_as_sequence().
  size_t max_length;
  int32_t normalize;  ///< M2V_ON, M2V_OFF. Default: the model's own setting.
  uint32_t threads;   ///< 0: as many as the machine has.
} m2v_encode_options;

/// Writes one vector a text, row by row: the mean of its tokens' vectors, zeros for a text without
/// known tokens. Without `lengths` (NULL), NUL ends each text. `size` is count * dim.
m2v_status m2v_model_encode(const m2v_model* model, const char* const* texts, const size_t* lengths,
                            size_t count, const m2v_encode_options* options, float* vectors,
                            size_t size);

/// One vector a known token of the text, weighted, never normalized: `rows` * dim values, row by
/// row, for m2v_free(); NULL if there are no tokens.
m2v_status m2v_model_encode_as_sequence(const m2v_model* model, const char* text, size_t length,
                                        const m2v_encode_options* options, float** vectors,
                                        size_t* rows);

/// The ids of the tokens whose mean m2v_model_encode() takes: those of the text's first max_length
/// * median_token_length code points, at most max_length of them, then without the unknown one.
/// `ids` is for m2v_free(), and NULL if there are none. (The `tokenize` of model2vec and of m2v's
/// Python package reads the whole text before it truncates: for long texts it gives other ids than
/// are pooled.)
m2v_status m2v_model_tokenize(const m2v_model* model, const char* text, size_t length,
                              uint32_t** ids, size_t* count);

// --- Search ---

/// Vectors in memory, and which of them are nearest to a query: exactly, with nothing to build.
typedef struct m2v_index m2v_index;

typedef enum m2v_metric {
  M2V_COSINE = 0,  ///< In [-1, 1]; 0 against a zero vector.
  M2V_INNER_PRODUCT = 1
} m2v_metric;

typedef struct m2v_index_options {
  size_t struct_size;  ///< sizeof(m2v_index_options)
  int32_t metric;      ///< An m2v_metric.
  uint32_t reserved;
} m2v_index_options;

/// An empty index for vectors of `dim` values.
m2v_status m2v_index_create(size_t dim, const m2v_index_options* options, m2v_index** index);
void m2v_index_free(m2v_index* index);

/// The number of vectors; 0 for NULL.
size_t m2v_index_size(const m2v_index* index);

/// Copies `count` vectors, row by row, and their ids. `size` is count * dim. If it fails, for
/// example for a value that is not finite, nothing is added.
m2v_status m2v_index_add(m2v_index* index, const uint64_t* ids, size_t count, const float* vectors,
                         size_t size);

typedef struct m2v_search_options {
  size_t struct_size;  ///< sizeof(m2v_search_options)
  uint32_t threads;    ///< 0: as many as the machine has.
  uint32_t reserved;
} m2v_search_options;

typedef struct m2v_hit {
  uint64_t id;
  float score;  ///< Larger is nearer.
} m2v_hit;

/// The k nearest vectors of each of `count` queries, best first, ties by id. Those of query i begin
/// at hits[i * k], and found[i] says how many there are: fewer than k if the index has fewer.
/// `hits` has room for count * k, `found` for count. `size` is count * dim.
m2v_status m2v_index_search(const m2v_index* index, const float* queries, size_t count, size_t size,
                            size_t k, const m2v_search_options* options, m2v_hit* hits,
                            size_t* found);

#ifdef __cplusplus
}
#endif

#endif
