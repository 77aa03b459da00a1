1"vb×
abts"day*createdŠOfeast.infra.offline_stores.contrib.spark_offline_store.spark_source.SparkSource¢
spark_pathª	warehouseºdÂ
kvÊoÚs3://b/p"parquet*%Y-%m-%d’ÄãŒØ˜»®‚"ÄãŒØ˜ûİ‡Š+

	warehouse
ÄãŒØ¸èÖÄãŒØ¸èÖ