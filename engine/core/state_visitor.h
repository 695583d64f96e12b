// What a training must remember to go on later as if it had never stopped.
//
// Every part of it that changes from step to step has a function
//
//   void VisitState(StateVisitor& visit);
//
// which hands all of that, and nothing that follows from the spec, to a visitor: one that saves reads it, one that
// restores writes it, in the same order and under the same names. Restored into a part made from the same spec, it
// makes the part behave bit for bit as the one that was saved.
#ifndef TRAIND_ENGINE_CORE_STATE_VISITOR_H_
#define TRAIND_ENGINE_CORE_STATE_VISITOR_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "absl/strings/str_cat.h"

namespace traind::engine {

class StateVisitor {
 public:
  virtual ~StateVisitor() = default;

  // A number, or as many numbers as the part has room for.
  template <typename T>
  requires std::is_arithmetic_v<T>
  void operator()(std::string_view name, T& value) { Bytes(Path(name), std::as_writable_bytes(std::span(&value, 1))); }
  void operator()(std::string_view name, bool& value) {
    auto byte = static_cast<uint8_t>(value);
    (*this)(name, byte);
    value = byte != 0;
  }
  template <typename T>
  requires std::is_arithmetic_v<T>
  void operator()(std::string_view name, std::span<T> values) { Bytes(Path(name), std::as_writable_bytes(values)); }

  // A number that says how much there is of something. What is restored is in the range, whatever was saved.
  void Count(std::string_view name, int64_t& value, int64_t least, int64_t most) {
    int64_t read = value;
    (*this)(name, read);
    if (read < least || read > most) {
      Fail(absl::StrCat(Path(name), " is ", read, ", which is not in ", least, " to ", most));
    } else {
      value = read;
    }
  }

  // A number that is what it was when the state was saved, or the state is not for this training.
  void Same(std::string_view name, int64_t value) { Count(name, value, value, value); }

  void Same(std::string_view name, std::string_view text) {
    std::string read(text);
    Text(name, read);
    if (read != text) Fail(absl::StrCat(Path(name), " is another"));
  }

  // Text of any length.
  void Text(std::string_view name, std::string& text) { AnyBytes(Path(name), text); }

  // An array that lies as the trainable weights do (Weights::trainable()), or as the others (Weights::state()).
  void WeightArray(std::string_view name, std::span<float> array) { Array(Path(name), array, /*trainable=*/true); }
  void StateArray(std::string_view name, std::span<float> array) { Array(Path(name), array, /*trainable=*/false); }

  // A part within the part, whose names are its own.
  template <typename Part>
  void In(std::string_view name, Part&& part) {
    const std::size_t length = prefix_.size();
    prefix_ += name;
    prefix_ += '.';
    part.VisitState(*this);
    prefix_.resize(length);
  }

  // False once something went wrong: nothing is saved or restored from then on.
  virtual bool ok() const = 0;

 protected:
  virtual void Bytes(const std::string& path, std::span<std::byte> bytes) = 0;
  virtual void AnyBytes(const std::string& path, std::string& bytes) = 0;
  virtual void Array(const std::string& path, std::span<float> array, bool trainable) = 0;
  virtual void Fail(const std::string& why) = 0;

 private:
  std::string Path(std::string_view name) const { return prefix_ + std::string(name); }

  std::string prefix_;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_CORE_STATE_VISITOR_H_
