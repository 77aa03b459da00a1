1"vbó
abts*created‚;
9{"name": "pg", "query": "SELECT \"\u00e4\"", "table": ""}ŠZfeast.infra.offline_stores.contrib.postgres_offline_store.postgres_source.PostgreSQLSource¢pgª	warehouseºdÂ
kvÊo’ÄãŒØ˜ğÆ‚"ÄãŒØ˜›ı‡Š+

	warehouse
ÄãŒØ¸èÖÄãŒØ¸èÖ