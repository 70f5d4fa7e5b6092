#ifndef M2V_H
#define M2V_H

/// m2v for C and for languages that can call C: static text embeddings on CPUs. docs/c.md has
/// examples.
///
/// Errors: a function that can fail returns a status, and m2v_last_error() then describes the
/// error. Nothing is printed, and no call ends the program. NULL for a required argument is
/// M2V_INVALID_ARGUMENT. A call that fails sets the pointers and counts that it returns to NULL and
/// 0; the content of an array that it was to fill is then unspecified.
///
/// Memory: the caller owns what *_load and *_create return, and releases it with the *_free
/// function of its kind. Arrays that a call allocates are released with m2v_free(). Every *_free
/// function accepts NULL. A pointer to const that a function returns belongs to the object that was
/// passed to it, and is valid as long as that object.
///
/// Threads: models and tokenizers are immutable and may be used from any number of threads at once.
/// Any number of threads may search an index at once, but not during m2v_index_add(). No object may
/// be in use while it is freed.
///
/// Texts are UTF-8. They are passed with their length in bytes, and may contain NUL. Each maximal
/// ill-formed part is read as U+FFFD. An empty text may be NULL.
///
/// Arrays of floats are passed with their number of values, which must be exactly the number that
/// is written or read. This detects vectors of the wrong size.
///
/// Options are structs that begin with their size. 0 in any other member means its default, and
/// NULL instead of a struct means all defaults:
///
///     m2v_encode_options options = {.struct_size = sizeof options, .threads = 1};
///
/// New members are added at the end or replace `reserved`, so that a program and a library of
/// different versions can work together: a member that one of them does not know must be 0.

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The version of the ABI. It increases when programs must be recompiled; functions, members and
/// statuses may be added without that. It is the last part of the library's file name:
/// libm2v_c.so.1.
#define M2V_ABI_VERSION 1

/// Returns the M2V_ABI_VERSION that the library was built with.
uint32_t m2v_abi_version(void);

/// Returns the version of the library, "major.minor.patch".
const char* m2v_version(void);

/// The result of a call. Later versions may add more.
typedef enum m2v_status {
  M2V_OK = 0,
  M2V_INVALID_ARGUMENT = 1,  ///< A mistake of the calling program.
  M2V_IO_ERROR = 2,          ///< An operation on a file failed: not found, permission denied.
  M2V_FORMAT_ERROR = 3,      ///< A file is malformed; the message names the file and location.
  M2V_OUT_OF_MEMORY = 4,
  M2V_FAILED = 5  ///< Anything else.
} m2v_status;

/// Returns a description of the last error in this thread, one sentence in UTF-8; "" if there was
/// none. The string is valid until the next error in this thread, or until the thread ends.
const char* m2v_last_error(void);

/// Frees an array that a call allocated.
void m2v_free(void* array);

/// The value of a maximum length that stands for "no limit".
#define M2V_NO_LIMIT SIZE_MAX

/// Values of a switch in an options struct.
enum { M2V_OFF = -1, M2V_DEFAULT = 0, M2V_ON = 1 };

// --- Tokenizers ---

/// Turns text into token ids, exactly those of Hugging Face `tokenizers`.
typedef struct m2v_tokenizer m2v_tokenizer;

/// Loads a tokenizer.json file, the one in a folder, or the one in a compiled model.
m2v_status m2v_tokenizer_load(const char* path, m2v_tokenizer** tokenizer);
void m2v_tokenizer_free(m2v_tokenizer* tokenizer);

/// Returns all token ids of a text: no special tokens are added, nothing is truncated, and unknown
/// ids are kept. The caller releases `*ids` with m2v_free(); it is NULL if there are no ids.
m2v_status m2v_tokenizer_encode(const m2v_tokenizer* tokenizer, const char* text, size_t length,
                                uint32_t** ids, size_t* count);

/// Returns the token with this id, `*length` bytes without a terminating NUL; NULL, with an error
/// message, if there is none. It is valid as long as the tokenizer.
const char* m2v_tokenizer_token(const m2v_tokenizer* tokenizer, uint32_t id, size_t* length);

/// Returns the largest id plus one; 0 for NULL.
size_t m2v_tokenizer_id_limit(const m2v_tokenizer* tokenizer);

// --- Models ---

/// A static embedding model: a tokenizer and a table of token vectors.
typedef struct m2v_model m2v_model;

/// Options of m2v_model_load().
typedef struct m2v_load_options {
  size_t struct_size;     ///< sizeof(m2v_load_options)
  const char* subfolder;  ///< Folder inside the model folder; NULL: the folder itself.
  size_t max_length;      ///< In tokens, or M2V_NO_LIMIT. Default: the model's setting.
  int32_t normalize;      ///< M2V_ON or M2V_OFF. Default: the model's setting.
  uint32_t reserved;
} m2v_load_options;

/// Loads a model folder, in any layout that model2vec reads, or a compiled model.
m2v_status m2v_model_load(const char* path, const m2v_load_options* options, m2v_model** model);
void m2v_model_free(m2v_model* model);

/// Returns the number of values per vector; 0 for NULL.
size_t m2v_model_dim(const m2v_model* model);

/// Returns the model's tokenizer, which must not be freed; NULL for NULL.
const m2v_tokenizer* m2v_model_tokenizer(const m2v_model* model);

/// A description of a model. The strings are valid as long as the model.
typedef struct m2v_info {
  size_t struct_size;           ///< sizeof(m2v_info); the caller sets it.
  size_t tokens;                ///< Number of token ids that the tokenizer can produce.
  size_t rows;                  ///< Rows of the table: fewer than tokens if tokens share rows.
  size_t dim;                   ///< Number of values per vector.
  size_t max_length;            ///< In tokens, or M2V_NO_LIMIT.
  size_t median_token_length;   ///< In code points.
  const char* dtype;            ///< Element type of the table: "float16", ...
  const char* tokenizer_model;  ///< "WordPiece", ...
  const char* base_model;       ///< "" if unknown.
  const char* config_json;      ///< config.json as loaded.
  int32_t normalize;            ///< 1 if vectors are scaled to length 1, otherwise 0.
  int32_t has_weights;          ///< 1 if each token has a weight, otherwise 0.
  int32_t has_mapping;          ///< 1 if tokens share rows, otherwise 0.
  uint32_t reserved;
} m2v_info;

/// Fills in a description of a model. info->struct_size must be set by the caller.
m2v_status m2v_model_info(const m2v_model* model, m2v_info* info);

/// Options of m2v_model_encode() and m2v_model_encode_as_sequence().
typedef struct m2v_encode_options {
  size_t struct_size;  ///< sizeof(m2v_encode_options)
  /// In tokens, or M2V_NO_LIMIT. Default: the model's setting for m2v_model_encode(), M2V_NO_LIMIT
  /// for m2v_model_encode_as_sequence().
  size_t max_length;
  int32_t normalize;  ///< M2V_ON or M2V_OFF. Default: the model's setting.
  uint32_t threads;   ///< 0: one per hardware thread.
} m2v_encode_options;

/// Writes one vector per text to `vectors`, row by row: the weighted mean of its tokens' vectors,
/// or zeros if the text has no known tokens. If `lengths` is NULL, each text ends with NUL. `size`
/// is count * dim.
m2v_status m2v_model_encode(const m2v_model* model, const char* const* texts, const size_t* lengths,
                            size_t count, const m2v_encode_options* options, float* vectors,
                            size_t size);

/// Returns one vector per known token of a text, weighted, never normalized: *rows * dim values,
/// row by row. The caller releases `*vectors` with m2v_free(); it is NULL if there are no tokens.
m2v_status m2v_model_encode_as_sequence(const m2v_model* model, const char* text, size_t length,
                                        const m2v_encode_options* options, float** vectors,
                                        size_t* rows);

/// Returns the ids of the tokens that m2v_model_encode() averages: those of the first
/// max_length * median_token_length code points, at most max_length of them, without the unknown
/// id. The caller releases `*ids` with m2v_free(); it is NULL if there are no ids. (The `tokenize`
/// of model2vec and of m2v's Python package reads the whole text before it truncates. For long
/// texts it therefore returns other ids than those that are averaged.)
m2v_status m2v_model_tokenize(const m2v_model* model, const char* text, size_t length,
                              uint32_t** ids, size_t* count);

// --- Search ---

/// An index for exact nearest-neighbor search over vectors in memory. There is nothing to train or
/// build.
typedef struct m2v_index m2v_index;

/// The similarity by which vectors are compared.
typedef enum m2v_metric {
  M2V_COSINE = 0,  ///< In [-1, 1]; 0 if either vector is zero.
  M2V_INNER_PRODUCT = 1
} m2v_metric;

/// Options of m2v_index_create().
typedef struct m2v_index_options {
  size_t struct_size;  ///< sizeof(m2v_index_options)
  int32_t metric;      ///< An m2v_metric.
  uint32_t reserved;
} m2v_index_options;

/// Creates an empty index for vectors of `dim` values, at least 1.
m2v_status m2v_index_create(size_t dim, const m2v_index_options* options, m2v_index** index);
void m2v_index_free(m2v_index* index);

/// Returns the number of vectors; 0 for NULL.
size_t m2v_index_size(const m2v_index* index);

/// Adds copies of `count` vectors, stored row by row, with their ids. `size` is count * dim. If the
/// call fails, for example because a value is not finite or an id is already in the index, nothing
/// is added.
m2v_status m2v_index_add(m2v_index* index, const uint64_t* ids, size_t count, const float* vectors,
                         size_t size);

/// Options of m2v_index_search().
typedef struct m2v_search_options {
  size_t struct_size;  ///< sizeof(m2v_search_options)
  uint32_t threads;    ///< 0: one per hardware thread.
  uint32_t reserved;
} m2v_search_options;

/// A search result.
typedef struct m2v_hit {
  uint64_t id;
  float score;  ///< Larger is better.
} m2v_hit;

/// Finds the k nearest vectors of each of `count` queries, best first; ties go to the smaller id.
/// The hits of query i begin at hits[i * k], and found[i] is their number, fewer than k if the
/// index has fewer vectors. `hits` has space for count * k elements and `found` for count. `size`
/// is count * dim.
m2v_status m2v_index_search(const m2v_index* index, const float* queries, size_t count, size_t size,
                            size_t k, const m2v_search_options* options, m2v_hit* hits,
                            size_t* found);

#ifdef __cplusplus
}
#endif

#endif
