// Prints what m2v makes of the texts in a JSON list on standard input, each in a goroutine of its own:
// their ids, tokens and vectors as they are without normalizing, and the message of a call that fails.
package main

// #cgo pkg-config: m2v
// #include <m2v.h>
// #include <stdlib.h>
import "C"

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime"
	"sync"
	"unsafe"
)

type result struct {
	Ids     []uint32
	Tokens  []string
	Vector  []float32
	Message string
}

// call makes a call that can fail; the message is that of the thread that made it.
func call(function func() C.m2v_status) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if function() != C.M2V_OK {
		return errors.New(C.GoString(C.m2v_last_error()))
	}
	return nil
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func load(path string) (model *C.m2v_model, err error) {
	name := C.CString(path)
	defer C.free(unsafe.Pointer(name))
	err = call(func() C.m2v_status { return C.m2v_model_load(name, nil, &model) })
	return model, err
}

func tokenize(tokenizer *C.m2v_tokenizer, characters *C.char, length C.size_t) (ids []uint32, tokens []string) {
	var array *C.uint32_t
	var count C.size_t
	must(call(func() C.m2v_status { return C.m2v_tokenizer_encode(tokenizer, characters, length, &array, &count) }))
	defer C.m2v_free(unsafe.Pointer(array))
	for _, id := range unsafe.Slice(array, int(count)) {
		var size C.size_t
		token := C.m2v_tokenizer_token(tokenizer, id, &size)
		ids = append(ids, uint32(id))
		tokens = append(tokens, C.GoStringN(token, C.int(size)))
	}
	return ids, tokens
}

func encode(model *C.m2v_model, characters *C.char, length C.size_t) []float32 {
	options := C.m2v_encode_options{struct_size: C.sizeof_m2v_encode_options, normalize: C.M2V_OFF, threads: 1}
	texts := (**C.char)(C.malloc(C.size_t(unsafe.Sizeof(characters))))
	defer C.free(unsafe.Pointer(texts))
	*texts = characters
	vector := make([]float32, int(C.m2v_model_dim(model)))
	must(call(func() C.m2v_status {
		return C.m2v_model_encode(model, texts, &length, 1, &options, (*C.float)(&vector[0]), C.size_t(len(vector)))
	}))
	return vector
}

func main() {
	if C.m2v_abi_version() != C.M2V_ABI_VERSION {
		panic("header and library do not go together")
	}
	model, err := load(os.Args[1])
	must(err)
	defer C.m2v_model_free(model)
	var texts []string
	must(json.NewDecoder(os.Stdin).Decode(&texts))
	results := make([]result, len(texts))
	var all sync.WaitGroup
	for i, text := range texts {
		all.Add(1)
		go func(i int, text string) {
			defer all.Done()
			characters, length := C.CString(text), C.size_t(len(text))
			defer C.free(unsafe.Pointer(characters))
			ids, tokens := tokenize(C.m2v_model_tokenizer(model), characters, length)
			_, err := load(fmt.Sprintf("missing/%d", i))
			results[i] = result{ids, tokens, encode(model, characters, length), err.Error()}
		}(i, text)
	}
	all.Wait()
	must(json.NewEncoder(os.Stdout).Encode(results))
}
