#include "text/utf8.h"

#include "gtest/gtest.h"

namespace feast {
namespace {

TEST(Utf8, WhatIsTextAndWhatIsNot) {
  for (const char* text : {"", "plain", "größe", "\u0800\ud7ff\ue000\uffff", "\U00010000\U0010ffff"}) {
    EXPECT_TRUE(IsUtf8(text)) << text;
    EXPECT_EQ(Utf8OrEscaped(text), text);
  }
  // A lone lead, a lone continuation, overlong forms, a surrogate, beyond Unicode, cut short.
  for (const char* text : {"\xe9", "\x80", "\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xf0\x8f\xbf\xbf", "\xed\xa0\x80",
                           "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xe2\x82"}) {
    EXPECT_EQ(Utf8PrefixBytes(std::string("ab") + text), 2u) << Utf8OrEscaped(text);
  }
}

TEST(Utf8, WhatIsNotIsShownByItsBytes) {
  EXPECT_EQ(Utf8OrEscaped("caf\xe9 é \xff"), "caf\\xe9 é \\xff");
  EXPECT_EQ(Utf8PrefixBytes("caf\xe9"), 3u);
}

}  // namespace
}  // namespace feast
