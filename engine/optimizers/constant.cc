#include "engine/optimizers/constant.h"

namespace traind::engine {
namespace {

class Constant final : public Schedule {
 public:
  explicit Constant(double learning_rate) : learning_rate_(learning_rate) {}
  double LearningRate(int64_t /*step*/) const override { return learning_rate_; }

 private:
  const double learning_rate_;
};

}  // namespace

std::unique_ptr<Schedule> ConstantSpec::Make(const ScheduleScope& scope) const {
  return std::make_unique<Constant>(scope.learning_rate);
}

}  // namespace traind::engine
