1"vbº

abts*createdŠOfeast.infra.offline_stores.contrib.trino_offline_store.trino_source.TrinoSource¢trinoª	warehouseºdÂ
kvÊoò
SELECT 1’ÄãŒØàÿ¹‚"ÄãŒØÈ¾ì‡Š+

	warehouse
ÄãŒØ¸èÖÄãŒØ¸èÖ