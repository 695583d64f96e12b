// The differences between oneDNN 2.6 and 3.x, all of them. Included by engine/ops alone.
//
// 3.x describes a primitive in one step where 2.x makes a separate `desc` first, names source and destination where 2.x
// has one `data`, and refuses the shift in batch normalization's backward pass that 2.6 needs.
#ifndef TRAIND_ENGINE_OPS_ONEDNN_GENERATIONS_H_
#define TRAIND_ENGINE_OPS_ONEDNN_GENERATIONS_H_

#include <dnnl.hpp>

namespace traind::engine::onednn {

const dnnl::engine& CpuEngine();

#if DNNL_VERSION_MAJOR >= 3

// In batch normalization. Layer normalization's backward pass needs the shift in both generations.
inline constexpr bool kBackwardTakesShift = false;

// Weights in blocks of which the last is not full are rounded to bfloat16 by `simple:any`, which is slow. (3.7)
inline constexpr bool kRoundsUnfilledBlocksSlowly = true;

template <typename Primitive, typename... Args>
auto Describe(const dnnl::primitive_attr& attr, const Args&... args) {
  return typename Primitive::primitive_desc(CpuEngine(), args..., attr);
}

template <typename Primitive, typename Forward, typename... Args>
auto DescribeBackward(const dnnl::primitive_attr& attr, const Forward& forward, const Args&... args) {
  return typename Primitive::primitive_desc(CpuEngine(), args..., forward, attr);
}

inline auto DescribeBatchNormalization(const dnnl::primitive_attr& attr, dnnl::prop_kind kind,
                                       const dnnl::memory::desc& data, float epsilon, dnnl::normalization_flags flags) {
  return Describe<dnnl::batch_normalization_forward>(attr, kind, data, data, epsilon, flags);
}

inline auto DescribeBatchNormalizationBackward(const dnnl::primitive_attr& attr, dnnl::prop_kind kind,
                                               const dnnl::memory::desc& data, float epsilon,
                                               dnnl::normalization_flags flags,
                                               const dnnl::batch_normalization_forward::primitive_desc& forward) {
  return DescribeBackward<dnnl::batch_normalization_backward>(attr, forward, kind, data, data, data, epsilon, flags);
}

inline auto DescribeLayerNormalization(const dnnl::primitive_attr& attr, dnnl::prop_kind kind,
                                       const dnnl::memory::desc& data, const dnnl::memory::desc& statistics,
                                       float epsilon, dnnl::normalization_flags flags) {
  return Describe<dnnl::layer_normalization_forward>(attr, kind, data, data, statistics, epsilon, flags);
}

inline auto DescribeLayerNormalizationBackward(const dnnl::primitive_attr& attr, dnnl::prop_kind kind,
                                               const dnnl::memory::desc& data, const dnnl::memory::desc& statistics,
                                               float epsilon, dnnl::normalization_flags flags,
                                               const dnnl::layer_normalization_forward::primitive_desc& forward) {
  return DescribeBackward<dnnl::layer_normalization_backward>(attr, forward, kind, data, data, data, statistics,
                                                              epsilon, flags);
}

inline auto DescribeEltwise(const dnnl::primitive_attr& attr, dnnl::prop_kind kind, dnnl::algorithm algorithm,
                            const dnnl::memory::desc& data, float alpha, float beta) {
  return Describe<dnnl::eltwise_forward>(attr, kind, algorithm, data, data, alpha, beta);
}

inline auto DescribeEltwiseBackward(const dnnl::primitive_attr& attr, dnnl::algorithm algorithm,
                                    const dnnl::memory::desc& data, float alpha, float beta,
                                    const dnnl::eltwise_forward::primitive_desc& forward) {
  return DescribeBackward<dnnl::eltwise_backward>(attr, forward, algorithm, data, data, data, alpha, beta);
}

inline auto DescribeSoftmax(const dnnl::primitive_attr& attr, dnnl::prop_kind kind, const dnnl::memory::desc& data,
                            int axis) {
  return Describe<dnnl::softmax_forward>(attr, kind, dnnl::algorithm::softmax_accurate, data, data, axis);
}

inline auto DescribeSoftmaxBackward(const dnnl::primitive_attr& attr, const dnnl::memory::desc& data, int axis,
                                    const dnnl::softmax_forward::primitive_desc& forward) {
  return DescribeBackward<dnnl::softmax_backward>(attr, forward, dnnl::algorithm::softmax_accurate, data, data, data,
                                                  axis);
}

#else

inline constexpr bool kBackwardTakesShift = true;
inline constexpr bool kRoundsUnfilledBlocksSlowly = false;

template <typename Primitive, typename... Args>
auto Describe(const dnnl::primitive_attr& attr, const Args&... args) {
  return typename Primitive::primitive_desc(typename Primitive::desc(args...), attr, CpuEngine());
}

template <typename Primitive, typename Forward, typename... Args>
auto DescribeBackward(const dnnl::primitive_attr& attr, const Forward& forward, const Args&... args) {
  return typename Primitive::primitive_desc(typename Primitive::desc(args...), attr, CpuEngine(), forward);
}

inline auto DescribeBatchNormalization(const dnnl::primitive_attr& attr, dnnl::prop_kind kind,
                                       const dnnl::memory::desc& data, float epsilon, dnnl::normalization_flags flags) {
  return Describe<dnnl::batch_normalization_forward>(attr, kind, data, epsilon, flags);
}

inline auto DescribeBatchNormalizationBackward(const dnnl::primitive_attr& attr, dnnl::prop_kind kind,
                                               const dnnl::memory::desc& data, float epsilon,
                                               dnnl::normalization_flags flags,
                                               const dnnl::batch_normalization_forward::primitive_desc& forward) {
  return DescribeBackward<dnnl::batch_normalization_backward>(attr, forward, kind, data, data, epsilon, flags);
}

inline auto DescribeLayerNormalization(const dnnl::primitive_attr& attr, dnnl::prop_kind kind,
                                       const dnnl::memory::desc& data, const dnnl::memory::desc& statistics,
                                       float epsilon, dnnl::normalization_flags flags) {
  return Describe<dnnl::layer_normalization_forward>(attr, kind, data, statistics, epsilon, flags);
}

inline auto DescribeLayerNormalizationBackward(const dnnl::primitive_attr& attr, dnnl::prop_kind kind,
                                               const dnnl::memory::desc& data, const dnnl::memory::desc& statistics,
                                               float epsilon, dnnl::normalization_flags flags,
                                               const dnnl::layer_normalization_forward::primitive_desc& forward) {
  return DescribeBackward<dnnl::layer_normalization_backward>(attr, forward, kind, data, data, statistics, epsilon,
                                                              flags);
}

inline auto DescribeEltwise(const dnnl::primitive_attr& attr, dnnl::prop_kind kind, dnnl::algorithm algorithm,
                            const dnnl::memory::desc& data, float alpha, float beta) {
  return Describe<dnnl::eltwise_forward>(attr, kind, algorithm, data, alpha, beta);
}

inline auto DescribeEltwiseBackward(const dnnl::primitive_attr& attr, dnnl::algorithm algorithm,
                                    const dnnl::memory::desc& data, float alpha, float beta,
                                    const dnnl::eltwise_forward::primitive_desc& forward) {
  return DescribeBackward<dnnl::eltwise_backward>(attr, forward, algorithm, data, data, alpha, beta);
}

inline auto DescribeSoftmax(const dnnl::primitive_attr& attr, dnnl::prop_kind kind, const dnnl::memory::desc& data,
                            int axis) {
  return Describe<dnnl::softmax_forward>(attr, kind, data, axis);
}

inline auto DescribeSoftmaxBackward(const dnnl::primitive_attr& attr, const dnnl::memory::desc& data, int axis,
                                    const dnnl::softmax_forward::primitive_desc& forward) {
  return DescribeBackward<dnnl::softmax_backward>(attr, forward, data, data, axis);
}

#endif

}  // namespace traind::engine::onednn

#endif  // TRAIND_ENGINE_OPS_ONEDNN_GENERATIONS_H_
