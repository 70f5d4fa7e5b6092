#pragma once

namespace m2v::tokenize {

/// A number of a file as `tokenizers` has it: its JSON reader takes the digits as one integer and
/// multiplies or divides by a power of ten, so that about one number in ten is off by one unit in
/// the last place. With scores that are sums of each other this decides which of two ways to cut a
/// word is the better one. Right for numbers written with the fewest digits, as programs do.
double as_read_by_tokenizers(double exact);

}  // namespace m2v::tokenize
