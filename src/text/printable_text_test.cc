#include "text/printable_text.h"

#include "gtest/gtest.h"

namespace feast {
namespace {

TEST(PrintableText, OrdinaryTextStaysAsItIs) {
  for (const char* text : {"", "driver_hourly_stats", "Fähre, 渡し船, ⛴ 🚢", "C:\\new\\table", "a::b", "#1 ##2", "é"}) {
    EXPECT_EQ(EscapeControls(text), text);
    EXPECT_EQ(PrintableText(text), text);
    EXPECT_EQ(PrintableLines(text), text);
    EXPECT_EQ(PrintableJson(text), text);
    EXPECT_TRUE(IsPrintable(text));
  }
}

TEST(PrintableText, ControlCharactersAreNamed) {
  EXPECT_EQ(EscapeControls("a\x1b[2J\r\n\tb\x7f"), "a\\x1b[2J\\r\\n\\tb\\x7f");
  EXPECT_EQ(EscapeControls(std::string_view("a\0b", 3)), "a\\x00b");
  // CSI as one character of Latin-1, a right-to-left override, a line separator.
  EXPECT_EQ(EscapeControls("\xc2\x9b"
                           "2J\xe2\x80\xae"
                           "x\xe2\x80\xa8y"),
            "\\x9b2J\\u202ex\\u2028y");
  EXPECT_FALSE(IsPrintable("\x1b"));
}

TEST(PrintableText, BytesThatAreNotUtf8AreNamed) {
  EXPECT_EQ(EscapeControls("Gr\xf6\xdf"
                           "e"),
            "Gr\\xf6\\xdfe");
  // Cut off, overlong, a surrogate, beyond Unicode.
  EXPECT_EQ(EscapeControls("\xe2\x80"), "\\xe2\\x80");
  EXPECT_EQ(EscapeControls("\xc0\xaf"), "\\xc0\\xaf");
  EXPECT_EQ(EscapeControls("\xed\xa0\x80"), "\\xed\\xa0\\x80");
  EXPECT_EQ(EscapeControls("\xf5\x80\x80\x80"), "\\xf5\\x80\\x80\\x80");
}

TEST(PrintableText, ARunnerReadsNoCommand) {
  EXPECT_EQ(PrintableText("::error::x"), "\\x3a:error::x");
  EXPECT_EQ(PrintableText("  ::error::x"), "  \\x3a:error::x");
  EXPECT_EQ(PrintableText("x\n::error::y"), "x\\n::error::y");
  EXPECT_EQ(PrintableText("x ##[add-mask]y"), "x #\\x23[add-mask]y");
  EXPECT_EQ(PrintableLines("x\n\t::error::y\x1b"), "x\n\t\\x3a:error::y\\x1b");
  // Values of users' own tables are shown as they are.
  EXPECT_EQ(EscapeControls("::1"), "::1");
}

TEST(PrintableText, JsonSaysTheSame) {
  EXPECT_EQ(PrintableJson("{\n  \"a\": \"x##[b]\x7f\xc2\x9b\xe2\x80\xae\xff\"\n}"),
            "{\n  \"a\": \"x#\\u0023[b]\\u007f\\u009b\\u202e\\ufffd\"\n}");
}

}  // namespace
}  // namespace feast
