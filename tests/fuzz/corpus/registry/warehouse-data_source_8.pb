1"vb§
abts*createdŠ;feast.infra.offline_stores.snowflake_source.SnowflakeSourceš
TPUBLIC"DB¢Tª	warehouseºdÂ
kvÊo’ÄãŒØ˜˜‚"ÄãŒØ€ÚÁ‡Š+

	warehouse
ÄãŒØ¸èÖÄãŒØ¸èÖ