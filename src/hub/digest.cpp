#include "hub/digest.h"

#include <openssl/evp.h>

#include <array>
#include <cstring>

#include "m2v/error.h"

namespace m2v::hub {
namespace {

EVP_MD_CTX* evp(void* context) { return static_cast<EVP_MD_CTX*>(context); }

}  // namespace

void Digest::Free::operator()(void* context) const noexcept { EVP_MD_CTX_free(evp(context)); }

Digest::Digest(const char* algorithm) : context_(EVP_MD_CTX_new()) {
  const EVP_MD* method = EVP_get_digestbyname(algorithm);
  if (context_ == nullptr || method == nullptr ||
      EVP_DigestInit_ex(evp(context_.get()), method, nullptr) != 1) {
    throw Error(std::string("OpenSSL cannot compute ") + algorithm);
  }
}

Digest Digest::sha256() { return Digest("SHA256"); }

Digest Digest::git_blob(std::uint64_t size) {
  Digest digest("SHA1");
  const std::string head = "blob " + std::to_string(size);
  digest.update(std::as_bytes(std::span(head.c_str(), head.size() + 1)));  // including the NUL
  return digest;
}

void Digest::update(std::span<const std::byte> bytes) {
  if (EVP_DigestUpdate(evp(context_.get()), bytes.data(), bytes.size()) != 1) {
    throw Error("OpenSSL cannot compute a digest");
  }
}

std::string Digest::hex() {
  constexpr char kDigits[] = "0123456789abcdef";
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned size = 0;
  if (EVP_DigestFinal_ex(evp(context_.get()), bytes.data(), &size) != 1) {
    throw Error("OpenSSL cannot compute a digest");
  }
  std::string out;
  for (const unsigned char byte : std::span(bytes).first(size)) {
    out += {kDigits[byte >> 4], kDigits[byte & 15]};
  }
  return out;
}

}  // namespace m2v::hub
