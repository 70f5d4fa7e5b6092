#pragma once

#include "m2v/tokenizer.h"

namespace m2v::tokenize {

/// Leaves the white space at both ends of the tokens out of their offsets, as ByteLevel and
/// RobertaProcessing do. `space_in_front`: the first space of the text was not the text's own.
void trim_offsets(std::vector<EncodedToken>& tokens, bool space_in_front);

}  // namespace m2v::tokenize
