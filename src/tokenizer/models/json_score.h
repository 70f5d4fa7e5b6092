#pragma once

namespace m2v::tokenizer {

/// Returns the value that `tokenizers` reads for a number in a JSON file whose exact value is
/// `exact`. Its JSON reader takes the digits as one integer and multiplies or divides it by a power
/// of ten, so about one number in ten is off by one unit in the last place. Where scores are
/// sums of each other, this decides which of two segmentations of a word wins. The result is right
/// for numbers that are written with the fewest digits possible, as programs do.
double as_read_by_tokenizers(double exact);

}  // namespace m2v::tokenizer
