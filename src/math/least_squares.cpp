#include "math/least_squares.h"

#include <Eigen/Cholesky>
#include <stdexcept>

namespace m2v::math {
namespace {

using Square = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

}  // namespace

std::vector<double> least_squares(const Covariance& covariance, std::size_t inputs, double ridge) {
  const auto all = static_cast<Eigen::Index>(covariance.dim());
  const auto in = static_cast<Eigen::Index>(inputs), out = all - in;
  const Eigen::Map<const Square> whole(covariance.values.data(), all, all);
  Eigen::MatrixXd left = whole.topLeftCorner(in, in);
  left.diagonal().array() += ridge * left.trace() / static_cast<double>(inputs);
  const Eigen::LLT<Eigen::MatrixXd> factors(left);
  const Eigen::MatrixXd map = factors.solve(Eigen::MatrixXd(whole.topRightCorner(in, out)));
  if (factors.info() != Eigen::Success || !map.allFinite()) {
    throw std::invalid_argument("least squares found no map: the vectors are all alike");
  }
  std::vector<double> result(static_cast<std::size_t>(in * out));
  Eigen::Map<Square>(result.data(), out, in) = map.transpose();
  return result;
}

}  // namespace m2v::math
