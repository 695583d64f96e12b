// Visiting the alternatives of a spec.
#ifndef TRAIND_ENGINE_TRAINING_OVERLOADED_H_
#define TRAIND_ENGINE_TRAINING_OVERLOADED_H_

namespace traind::engine {

// One function object out of several, for std::visit: std::visit(Overloaded{[](const A&) {}, [](const B&) {}},
// variant).
template <typename... Functions>
struct Overloaded : Functions... {
  using Functions::operator()...;
};

template <typename... Functions>
Overloaded(Functions...) -> Overloaded<Functions...>;

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_TRAINING_OVERLOADED_H_
