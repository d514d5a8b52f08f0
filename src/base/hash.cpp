#include "base/hash.hpp"

#include "base/error.hpp"

#include <openssl/evp.h>

#include <array>

namespace brineflow {

std::string sha256(std::string_view data) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (EVP_Digest(data.data(), data.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1)
    throw InternalError("SHA-256 is not available");
  std::string text;
  for (unsigned int k = 0; k < size; ++k) {
    constexpr char digits[] = "0123456789abcdef";
    text += digits[digest[k] >> 4U];
    text += digits[digest[k] & 15U];
  }
  return text;
}

}  // namespace brineflow
