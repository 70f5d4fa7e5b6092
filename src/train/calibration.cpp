#include "m2v/calibration.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

#include "base/counted.h"

namespace m2v {

Calibration calibration(std::span<const float> probabilities, std::span<const std::uint8_t> right,
                        std::size_t bins) {
  if (probabilities.size() != right.size() || right.empty()) {
    throw std::invalid_argument(
        base::counted(probabilities.size(), "probability", "probabilities") + " for " +
        base::counted(right.size(), "fact"));
  }
  if (bins == 0) throw std::invalid_argument("calibration: at least one bin is needed");
  Calibration result{.bins = std::vector<Calibration::Bin>(bins), .error = 0};
  for (std::size_t i = 0; i < right.size(); ++i) {
    const double scaled = static_cast<double>(probabilities[i]) * static_cast<double>(bins);
    const double index = std::clamp(std::ceil(scaled) - 1, 0.0, static_cast<double>(bins - 1));
    Calibration::Bin& bin = result.bins[static_cast<std::size_t>(index)];
    bin.probability += static_cast<double>(probabilities[i]);
    bin.accuracy += right[i];
    ++bin.count;
  }
  for (Calibration::Bin& bin : result.bins) {
    if (bin.count == 0) continue;
    const auto count = static_cast<double>(bin.count);
    bin.probability /= count;
    bin.accuracy /= count;
    result.error +=
        std::abs(bin.accuracy - bin.probability) * count / static_cast<double>(right.size());
  }
  return result;
}

}  // namespace m2v
