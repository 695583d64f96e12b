#include "engine/ops/op.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/core/aligned_buffer.h"
#include "engine/ops/onednn.h"

namespace traind::engine {

struct OpContext::Impl {
  dnnl::stream stream{onednn::CpuEngine()};
  AlignedBuffer scratchpad;
  std::vector<dnnl::memory> users;  // the scratchpad memories of all ops

  // Makes the scratchpad large enough and points `memory` and those before it to it.
  void Attach(const dnnl::memory& memory) {
    users.push_back(memory);
    const int64_t floats = static_cast<int64_t>((memory.get_desc().get_size() + sizeof(float) - 1) / sizeof(float));
    if (floats > scratchpad.size()) scratchpad = AlignedBuffer(floats);
    for (const dnnl::memory& user : users) user.set_data_handle(scratchpad.data());
  }
};

OpContext::OpContext() : impl_(std::make_shared<Impl>()) {}

struct Op::Impl {
  std::shared_ptr<OpContext::Impl> context;
  dnnl::primitive primitive;
  std::string implementation;
  std::vector<dnnl::memory> memories;
  std::vector<dnnl_exec_arg_t> arguments;

  void Add(int index, const dnnl::memory& memory) {
    memories.push_back(memory);
    arguments.push_back({index, memory.get()});
  }
};

Op::Op() = default;
Op::Op(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Op::Op(Op&&) noexcept = default;
Op& Op::operator=(Op&&) noexcept = default;
Op::~Op() = default;

absl::Status Op::Run() const {
  if (impl_ == nullptr) return absl::OkStatus();
  // The C interface takes the arguments as they lie here; the C++ one would copy them into a new vector every time.
  const dnnl_status_t status =
      dnnl_primitive_execute(impl_->primitive.get(), impl_->context->stream.get(),
                             static_cast<int>(impl_->arguments.size()), impl_->arguments.data());
  if (status == dnnl_success) return absl::OkStatus();
  return onednn::Failed(status, absl::StrCat("oneDNN cannot run ", impl_->implementation));
}

std::string Op::implementation() const { return impl_ == nullptr ? "" : impl_->implementation; }

bool CpuHasBfloat16() {
  // The sets of instructions are bits, of which later processors have more.
  const auto wanted = static_cast<unsigned>(dnnl::cpu_isa::avx512_core_bf16);
  return (static_cast<unsigned>(dnnl::get_effective_cpu_isa()) & wanted) == wanted;
}

std::string OnednnLibraryVersion() {
  const dnnl_version_t* version = dnnl_version();
  return absl::StrCat(version->major, ".", version->minor, ".", version->patch);
}

namespace onednn {

const dnnl::engine& CpuEngine() {
  static const dnnl::engine& engine = *new dnnl::engine(dnnl::engine::kind::cpu, 0);
  return engine;
}

dnnl::memory::desc RowMajor(const std::vector<int64_t>& shape, dnnl::memory::data_type type) {
  const auto tag = shape.size() == 1 ? dnnl::memory::format_tag::a : dnnl::memory::format_tag::ab;
  return {shape, type, tag};
}

dnnl::memory::desc AnyOrder(const std::vector<int64_t>& shape, dnnl::memory::data_type type) {
  return {shape, type, dnnl::memory::format_tag::any};
}

dnnl::primitive_attr Attributes() {
  dnnl::primitive_attr attributes;
  attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  return attributes;
}

absl::Status Failed(dnnl_status_t status, const std::string& message) {
  if (status == dnnl_out_of_memory) return absl::ResourceExhaustedError(absl::StrCat(message, ": memory ran out"));
  return absl::InternalError(absl::StrCat(message, ": oneDNN's status ", static_cast<int>(status)));
}

Op Bind(const OpContext& context, const dnnl::primitive& primitive, const dnnl::primitive_desc_base& desc,
        std::initializer_list<Argument> arguments) {
  auto impl = std::make_unique<Op::Impl>();
  impl->context = context.impl();
  impl->primitive = primitive;
  impl->implementation = desc.impl_info_str();
  for (const Argument& argument : arguments) {
    if (argument.data == nullptr) continue;
    // oneDNN only writes where the primitive does; its interface has no const.
    impl->Add(argument.index, dnnl::memory(argument.desc, CpuEngine(), const_cast<void*>(argument.data)));
  }
  if (desc.scratchpad_desc().get_size() > 0) {
    impl->Add(DNNL_ARG_SCRATCHPAD, dnnl::memory(desc.scratchpad_desc(), CpuEngine(), nullptr));
    impl->context->Attach(impl->memories.back());
  }
  return Op(std::move(impl));
}

}  // namespace onednn
}  // namespace traind::engine
