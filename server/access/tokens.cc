#include "server/access/tokens.h"

#include <utility>

#include "server/storage/sha256.h"

namespace traind {

absl::StatusOr<std::unique_ptr<Tokens>> Tokens::Open(Read read) {
  absl::StatusOr<std::string> text = read();
  if (!text.ok()) return text.status();
  absl::StatusOr<TokenTable> table = ParseTokenFile(*text);
  if (!table.ok()) return table.status();
  return std::unique_ptr<Tokens>(new Tokens(std::move(read), *std::move(text), *std::move(table)));
}

Tokens::Tokens(Read read, std::string text, TokenTable table)
    : read_(std::move(read)), last_(std::move(text)), table_(std::make_shared<TokenTable>(std::move(table))) {}

// What is compared is the hash: how long that takes tells nothing of any token.
std::optional<Caller> Tokens::Find(std::string_view token, absl::Time now) const {
  std::shared_ptr<const TokenTable> table;
  {
    absl::MutexLock lock(&mutex_);
    table = table_;
  }
  const auto found = table->find(Sha256Hex(token));
  if (found == table->end() || now >= found->second.expire_time) return std::nullopt;
  return found->second.caller;
}

absl::StatusOr<Tokens::Reloaded> Tokens::Reload() {
  absl::MutexLock lock(&reloading_);
  absl::StatusOr<std::string> text = read_();
  if (text.status() == last_.status() && (!text.ok() || *text == *last_)) return Reloaded::kUnchanged;
  last_ = std::move(text);
  if (!last_.ok()) return last_.status();
  absl::StatusOr<TokenTable> table = ParseTokenFile(*last_);
  if (!table.ok()) return table.status();
  auto shared = std::make_shared<const TokenTable>(*std::move(table));
  absl::MutexLock table_lock(&mutex_);
  table_.swap(shared);
  return Reloaded::kChanged;
}

}  // namespace traind
