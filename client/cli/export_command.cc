#include "client/cli/export_command.h"

#include <cerrno>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "client/cli/errors.h"
#include "client/cli/named_command.h"
#include "client/cli/output.h"
#include "client/cli/resource_name.h"

namespace traind::client {
namespace {

using Format = v1::ExportModelRequest::Format;

const std::map<std::string, Format>& Formats() {
  static const auto* const kFormats = new std::map<std::string, Format>{
      {"onnx", v1::ExportModelRequest::ONNX}, {"safetensors", v1::ExportModelRequest::SAFETENSORS}};
  return *kFormats;
}

struct Options {
  std::string name;
  std::string format;
  std::string file;  // empty: the model's name with the format behind it
  bool fold = false;
};

absl::Status CannotWrite(const std::string& path) {
  return absl::UnavailableError(absl::StrCat("cannot write ", path, ": ", std::generic_category().message(errno),
                                             "; choose another file with -o"));
}

// Under another name until it is whole, so that a file that is there is a good one.
absl::Status ExportTo(const Client& client, const v1::ExportModelRequest& request, const std::string& path) {
  const std::string part = path + ".part";
  std::ofstream file(part, std::ios::binary | std::ios::trunc);
  if (!file) return CannotWrite(part);
  absl::Status status = client.ExportModel(request, [&](absl::string_view bytes) {
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return file ? absl::OkStatus() : CannotWrite(part);
  });
  file.close();
  if (status.ok() && !file) status = CannotWrite(part);
  if (status.ok() && std::rename(part.c_str(), path.c_str()) != 0) status = CannotWrite(path);
  if (!status.ok()) std::remove(part.c_str());
  return status;
}

int Export(const Session& session, const Options& options) {
  v1::ExportModelRequest request;
  request.set_name(options.name);
  request.set_format(Formats().at(options.format));
  request.set_fold_batch_normalization(options.fold);
  const Client client = session.Connect();
  const std::string what = absl::StrCat("export ", options.name);
  if (options.file == "-") {
    const absl::Status status = client.ExportModel(request, [](absl::string_view bytes) {
      std::cout << bytes;
      return std::cout.flush() ? absl::OkStatus() : CannotWrite("the standard output");
    });
    return status.ok() ? kSuccess : Fail(session, what, "model", status);
  }
  const std::string id = options.name.substr(options.name.rfind('/') + 1);
  const std::string path = options.file.empty() ? absl::StrCat(id, ".", options.format) : options.file;
  if (const absl::Status status = ExportTo(client, request, path); !status.ok()) {
    return Fail(session, what, "model", status);
  }
  std::cerr << "wrote " << path << "\n";
  return kSuccess;
}

}  // namespace

void AddExportCommand(CLI::App& group, Session& session) {
  auto options = std::make_shared<Options>();
  CLI::App* command = group.add_subcommand("export", "Write a model to a file that other programs run");
  command->add_option("NAME", options->name, "NAME or models/NAME")->required()->transform(ResourceName("models"));
  command
      ->add_option("--format", options->format, "onnx: the whole model; safetensors: its weights, as PyTorch has them")
      ->required()
      ->check(CLI::IsMember({"onnx", "safetensors"}))
      ->type_name("FORMAT");
  command->add_option("-o,--file", options->file, "Where to write; `-` is the standard output [NAME.FORMAT]")
      ->type_name("FILE");
  command->add_flag("--fold", options->fold,
                    "Make batch normalization part of the dense layer before it: faster to run (onnx only)");
  command->footer(
      "\nExamples:\n  trainctl model export first --format onnx -o first.onnx\n"
      "  trainctl model export first --format safetensors");
  command->callback([&session, options] { session.run = [&session, options] { return Export(session, *options); }; });
}

}  // namespace traind::client
