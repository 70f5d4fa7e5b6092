// Embeds a few texts over m2v's C interface, and finds those nearest in meaning to a question.
package main

// #cgo pkg-config: m2v
// #include <m2v.h>
// #include <stdlib.h>
import "C"

import (
	"fmt"
	"os"
	"runtime"
	"unsafe"
)

var texts = []string{
	"Bread rises because yeast makes gas.",
	"The moon pulls the sea: that makes the tides.",
	"A bank lends what others have saved.",
}

// check ends the program if a call has failed. The message is the thread's, see main.
func check(status C.m2v_status) {
	if status != C.M2V_OK {
		fmt.Fprintln(os.Stderr, "m2v:", C.GoString(C.m2v_last_error()))
		os.Exit(1)
	}
}

// encode gives the vectors of texts, one behind the other.
func encode(model *C.m2v_model, texts ...string) []C.float {
	memory := C.calloc(C.size_t(len(texts)), C.size_t(unsafe.Sizeof(uintptr(0)))) // Go's may not hold C's pointers
	defer C.free(memory)
	pointers := unsafe.Slice((**C.char)(memory), len(texts))
	lengths := make([]C.size_t, len(texts))
	for i, text := range texts {
		pointers[i], lengths[i] = C.CString(text), C.size_t(len(text))
		defer C.free(unsafe.Pointer(pointers[i]))
	}
	vectors := make([]C.float, len(texts)*int(C.m2v_model_dim(model)))
	count, size := C.size_t(len(texts)), C.size_t(len(vectors))
	check(C.m2v_model_encode(model, &pointers[0], &lengths[0], count, nil, &vectors[0], size))
	return vectors
}

func main() {
	runtime.LockOSThread() // so that a call and m2v_last_error() run in the same thread
	path := C.CString(os.Args[1])
	defer C.free(unsafe.Pointer(path))
	var model *C.m2v_model
	check(C.m2v_model_load(path, nil, &model))
	defer C.m2v_model_free(model)

	vectors, query := encode(model, texts...), encode(model, os.Args[2])
	ids := []C.uint64_t{0, 1, 2}
	var index *C.m2v_index
	check(C.m2v_index_create(C.size_t(len(query)), nil, &index))
	defer C.m2v_index_free(index)
	check(C.m2v_index_add(index, &ids[0], 3, &vectors[0], C.size_t(len(vectors))))

	hits, found := make([]C.m2v_hit, 3), C.size_t(0)
	check(C.m2v_index_search(index, &query[0], 1, C.size_t(len(query)), 3, nil, &hits[0], &found))
	for _, hit := range hits[:found] {
		fmt.Printf("%f  %s\n", float32(hit.score), texts[hit.id])
	}
}
