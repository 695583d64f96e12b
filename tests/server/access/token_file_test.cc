#include "server/access/token_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "server/errors/errors.h"

namespace traind {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string kHash(64, 'a');

// The faults of a file, each as `line: what`.
std::vector<FieldViolation> FaultsOf(const std::string& text) {
  const absl::StatusOr<TokenTable> table = ParseTokenFile(text);
  EXPECT_FALSE(table.ok());
  return DetailsOf(table.status()).violations;
}

auto FaultIn(const std::string& line, const std::string& text) {
  return AllOf(Field(&FieldViolation::field, line), Field(&FieldViolation::description, HasSubstr(text)));
}

TEST(TokenFile, HoldsWhoWhatAndUntilWhen) {
  const absl::StatusOr<TokenTable> table =
      ParseTokenFile(absl::StrCat("# who\n\n  alice trainer\tacme ", std::string(64, 'A'),
                                  " 2027-01-31T00:00:00Z  \r\nb@x.org admin ops ", std::string(64, 'b'), "\n"));
  ASSERT_TRUE(table.ok()) << table.status();
  ASSERT_EQ(table->size(), 2);
  const TokenEntry& alice = table->at(kHash);
  EXPECT_EQ(alice.caller.name, "alice");
  EXPECT_EQ(alice.caller.role, Role::kTrainer);
  EXPECT_EQ(alice.caller.tenant, "acme");
  EXPECT_EQ(alice.expire_time, absl::FromUnixSeconds(1801353600));
  EXPECT_EQ(table->at(std::string(64, 'b')).expire_time, absl::InfiniteFuture());
}

TEST(TokenFile, EveryFaultHasItsLineItsValueAndWhatIsAllowed) {
  const std::string text = absl::StrCat("a! reader acme ", kHash, "\n",                  //
                                        "alice boss acme ", std::string(64, 'b'), "\n",  //
                                        "alice reader Acme ", std::string(64, 'c'), "\n",
                                        "alice reader acme 12\n",  //
                                        "alice reader acme ", std::string(64, 'd'), " tomorrow\n", "alice reader\n");
  EXPECT_THAT(FaultsOf(text),
              ElementsAre(FaultIn("line 1", "name 'a!'; must be"), FaultIn("line 2", "'boss'; must be reader, trainer"),
                          FaultIn("line 3", "tenant 'Acme'"), FaultIn("line 4", "64 hex digits"),
                          FaultIn("line 5", "'tomorrow'; must be a time such as"), FaultIn("line 6", "2 fields")));
}

TEST(TokenFile, OneTokenIsNotTwoPeoples) {
  EXPECT_THAT(FaultsOf(absl::StrCat("a reader acme ", kHash, "\nb reader acme ", kHash, "\n")),
              ElementsAre(FaultIn("line 2", "there already")));
}

TEST(TokenFile, WithoutATokenIsAFault) {
  EXPECT_THAT(FaultsOf("# nobody yet\n"), ElementsAre(FaultIn("line 1", "no token")));
}

TEST(TokenFile, OneThatIsCutWithinALineIsNotTaken) {
  const std::string whole = absl::StrCat("alice reader acme ", kHash, " 2027-01-31T00:00:00Z\n");
  ASSERT_TRUE(ParseTokenFile(whole).ok());
  EXPECT_THAT(FaultsOf(whole.substr(0, whole.find(" 2027"))), ElementsAre(FaultIn("last line", "newline")));
}

TEST(TokenFile, ATokenInTheWrongPlaceIsNotRepeated) {
  const std::string token = "traind_abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
  for (const std::string& text :
       {absl::StrCat("alice reader acme ", token), absl::StrCat("alice ", token, " acme ", kHash),
        absl::StrCat("alice reader ", token, " ", kHash), absl::StrCat("alice reader acme ", kHash, " ", token)}) {
    EXPECT_THAT(std::string(ParseTokenFile(text).status().message()), Not(HasSubstr(token.substr(0, 12))));
  }
}

}  // namespace
}  // namespace traind
