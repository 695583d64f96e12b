// The exponential function, in a form that compilers turn into vector instructions.
#ifndef TRAIND_ENGINE_CORE_EXPONENTIAL_H_
#define TRAIND_ENGINE_CORE_EXPONENTIAL_H_

#include <bit>
#include <cstdint>

namespace traind::engine {

// e^x for x up to 88, within 2e-7 of it, relative; 0 where it would be below the smallest normal float; NaN for NaN.
// The C library's has a branch for each case and so is called number by number.
//
// x = n log(2) + r with a whole n and |r| <= log(2) / 2, so that e^x = 2^n e^r; e^r is Cephes' polynomial for expf
// (Moshier, netlib.org/cephes), and 2^n is made of its bits.
inline float Exponential(float x) {
  constexpr float kSmallest = -87.3365f;
  constexpr float kRounder = 12582912.0f;  // 1.5 * 2^23: added, it leaves a whole number in the lowest bits
  const float shifted = x * 1.44269504f + kRounder;
  const float n = shifted - kRounder;
  const float r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
  float polynomial = 1.9875691500e-4f;
  polynomial = polynomial * r + 1.3981999507e-3f;
  polynomial = polynomial * r + 8.3334519073e-3f;
  polynomial = polynomial * r + 4.1665795894e-2f;
  polynomial = polynomial * r + 1.6666665459e-1f;
  polynomial = polynomial * r + 5.0000001201e-1f;
  polynomial = polynomial * r * r + r + 1.0f;
  // The sign and exponent of kRounder leave on the left; n stays, as an exponent.
  const auto exponent = (std::bit_cast<uint32_t>(shifted) << 23) + 0x3f800000u;
  const float result = polynomial * std::bit_cast<float>(exponent);
  return x < kSmallest ? 0.0f : result;
}

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_CORE_EXPONENTIAL_H_
