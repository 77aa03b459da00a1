#include <chrono>
#include <string>

#include "gtest/gtest.h"
#include "online/redis/redis_layout.h"
#include "online/redis/redis_options.h"
#include "online/redis/redis_slots.h"
#include "online/redis/resp.h"

namespace feast {
namespace {

// ---- RESP

TEST(Resp, CommandsAreCountedTexts) {
  std::string bytes;
  AppendRespCommand({"HGET", std::string_view("a\0\r\n", 4), ""}, &bytes);
  EXPECT_EQ(bytes, std::string("*3\r\n$4\r\nHGET\r\n$4\r\na\0\r\n\r\n$0\r\n\r\n", 30));
}

TEST(Resp, AReplyIsCompleteAtItsLastByteAlone) {
  const std::string reply = "*4\r\n$3\r\na\r\n\r\n$-1\r\n*2\r\n:-7\r\n+OK\r\n-ERR no\r\n";
  for (size_t size = 0; size < reply.size(); ++size) {
    EXPECT_FALSE(RespLength(reply.substr(0, size)).ValueOrDie()) << size;
  }
  EXPECT_EQ(RespLength(reply + "+next\r\n").ValueOrDie(), reply.size());
}

TEST(Resp, ItemsAreReadInOrder) {
  RespReader reply("*4\r\n$3\r\na\r\n\r\n$-1\r\n*2\r\n:-7\r\n+OK\r\n-ERR no\r\n");
  EXPECT_EQ(reply.Next().number, 4);
  EXPECT_EQ(reply.Next().text, "a\r\n");
  EXPECT_EQ(reply.Next().kind, RespItem::Kind::kNull);
  reply.Skip();
  const RespItem error = reply.Next();
  EXPECT_TRUE(error.is_error());
  EXPECT_EQ(error.text, "ERR no");
}

TEST(Resp, WhatIsNoReplyIsRefused) {
  for (const char* bytes : {"HTTP/1.1 400\r\n", "$x\r\n", "$-2\r\n", "*99999999999\r\n", "$3\r\nabcd\r\n",
                            "\x15\x03\x03", "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n"}) {
    EXPECT_FALSE(RespLength(bytes).ok()) << bytes;
  }
  EXPECT_FALSE(RespLength("+" + std::string(1 << 20, 'x')).ok());
}

// ---- The connection string

arrow::Result<RedisOptions> Options(const std::string& text, const std::string& type = "redis") {
  return RedisOptionsOf({"redis", {{"connection_string", {text}}, {"redis_type", {type}}}});
}

TEST(RedisOptions, AreReadAsFeastReadsThem) {
  const auto options =
      Options("one:6379,two:7000,[::1]:7001,ssl=true,username=\"u\",password=a=b,db=3,socket_timeout=0.5,protocol=3",
              "redis_sentinel")
          .ValueOrDie();
  ASSERT_EQ(options.addresses.size(), 3U);
  EXPECT_EQ(options.addresses[1], (RedisAddress{"two", 7000}));
  EXPECT_EQ(options.addresses[2].Show(), "[::1]:7001");
  EXPECT_TRUE(options.tls.is_on && options.tls.verifies && options.tls.checks_host);
  EXPECT_EQ(options.login.user, "u");
  EXPECT_EQ(options.login.password.Reveal(), "a=b");
  EXPECT_EQ(options.database, 3);
  EXPECT_EQ(options.answer_patience, std::chrono::milliseconds(500));
  EXPECT_EQ(Options("alone").ValueOrDie().addresses[0].port, 6379);
  EXPECT_FALSE(Options("h:1,ssl=true,ssl_cert_reqs=none").ValueOrDie().tls.verifies);
}

TEST(RedisOptions, WhatCannotBeMeantIsRefusedAndNotShown) {
  for (const char* text :
       {"", "password=hunter2", "redis://:hunter2@host:6379", "host:0,password=hunter2", "host:x", "h:1,hunter2@x:2",
        "h:1,ssl=hunter2", "h:1,db=hunter2", "h:1,socket_timeout=-1", "h:1,nonsense=hunter2", "h:1,ssl_ca_certs=/ca"}) {
    const auto options = Options(text);
    ASSERT_TRUE(options.status().IsInvalid()) << text;
    EXPECT_EQ(options.status().message().find("hunter2"), std::string::npos) << options.status();
    EXPECT_NE(options.status().message().find("connection_string"), std::string::npos) << options.status();
  }
  EXPECT_TRUE(Options("h:1,db=1", "redis_cluster").status().IsInvalid());
}

// ---- Slots

TEST(RedisSlots, AreThoseOfRedis) {
  // As CLUSTER KEYSLOT says.
  EXPECT_EQ(RedisSlotOf("123456789"), 12739);
  EXPECT_EQ(RedisSlotOf(""), 0);
  EXPECT_EQ(RedisSlotOf("foo"), 12182);
  EXPECT_EQ(RedisSlotOf("{foo}bar"), RedisSlotOf("foo"));
  EXPECT_EQ(RedisSlotOf("x{foo}{bar}"), RedisSlotOf("foo"));
  EXPECT_NE(RedisSlotOf("{}foo"), RedisSlotOf("foo"));
}

TEST(RedisSlots, AMapNamesTheMasterOfEach) {
  const RedisAddress asked{"asked", 1};
  const std::string whole =
      "*2\r\n*4\r\n:0\r\n:8191\r\n*4\r\n$1\r\na\r\n:7000\r\n$2\r\nid\r\n*0\r\n*2\r\n$1\r\nr\r\n:7005\r\n"
      "*3\r\n:8192\r\n:16383\r\n*2\r\n$0\r\n\r\n:7001\r\n";
  const auto map = RedisSlotMap::Of(RespReader(whole), asked).ValueOrDie();
  EXPECT_EQ(map.NodeOf(8191), (RedisAddress{"a", 7000}));
  EXPECT_EQ(map.NodeOf(8192), (RedisAddress{"asked", 7001}));
  EXPECT_EQ(map.masters().size(), 2U);
  EXPECT_FALSE(RedisSlotMap::Of(RespReader("*1\r\n*3\r\n:0\r\n:99\r\n*2\r\n$1\r\na\r\n:1\r\n"), asked).ok());
  EXPECT_FALSE(RedisSlotMap::Of(RespReader("-ERR This instance has cluster support disabled\r\n"), asked).ok());
  EXPECT_FALSE(RedisSlotMap::Of(RespReader("*1\r\n*3\r\n:0\r\n:99999\r\n*2\r\n$1\r\na\r\n:1\r\n"), asked).ok());
}

TEST(RedisSlots, RedirectionsLeadSomewhere) {
  const RedisAddress asked{"asked", 1};
  EXPECT_EQ(RedisRedirection("MOVED 3999 127.0.0.1:6381", asked).ValueOrDie(), (RedisAddress{"127.0.0.1", 6381}));
  EXPECT_EQ(RedisRedirection("ASK 3999 :6381", asked).ValueOrDie(), (RedisAddress{"asked", 6381}));
  EXPECT_FALSE(RedisRedirection("MOVED", asked).ok());
}

// ---- Feast's layout

TEST(RedisLayout, FieldsAreFeasts) {
  // As feast.infra.online_stores.helpers._mmh3("driver_hourly_stats:conv_rate") gives it.
  const RedisField field = RedisFieldOf("driver_hourly_stats", "conv_rate");
  EXPECT_EQ(RedisFieldNumber(field.bytes()), field.number);
  EXPECT_EQ(std::string(field.bytes()), std::string("\x61\x60\xe3\xda", 4));
  EXPECT_EQ(RedisTimeField("v"), "_ts:v");
}

TEST(RedisLayout, MomentsAreProtobufTimestamps) {
  const Timestamp moment = std::chrono::sys_seconds(std::chrono::seconds(-5)) + std::chrono::nanoseconds(7);
  EXPECT_EQ(RedisTimeOf(RedisTimeBytes(moment)), moment);
  EXPECT_EQ(RedisTimeBytes(std::chrono::sys_seconds(std::chrono::seconds(1))), "\x08\x01");
  EXPECT_FALSE(RedisTimeOf("\xff"));
  // A year that no clock reaches is the last one.
  EXPECT_TRUE(RedisTimeOf(std::string("\x08\xff\xff\xff\xff\xff\xff\xff\xff\x7f", 10)));
}

TEST(RedisLayout, OnlyKeysOfTheProjectFit) {
  FeatureView view;
  view.entity_columns = {{.name = "d*", .type = Type::Of(ValueType::kInt64)}};
  const auto shape = RedisKeyShape::Of(view, "p", 3).ValueOrDie();
  const std::string start("\1\0\0\0\2\0\0\0\2\0\0\0d*\4\0\0\0\x8\0\0\0", 22);
  EXPECT_TRUE(shape.Fits(start + "12345678p"));
  EXPECT_FALSE(shape.Fits(start + "12345678xp"));
  EXPECT_FALSE(shape.Fits(start + "1234p"));
  EXPECT_FALSE(shape.Fits("p"));
  EXPECT_EQ(shape.Pattern(), std::string("\1\0\0\0\2\0\0\0\2\0\0\0d\\*", 15) + "*p");
}

}  // namespace
}  // namespace feast
