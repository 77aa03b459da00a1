1"vb¯ts*createdŠRfeast.infra.offline_stores.contrib.athena_offline_store.athena_source.AthenaSource¢atª	warehouseš
atdb"AwsDataCatalog’ÄãŒØè—¿‚"ÄãŒØÈ ö‡Š+

	warehouse
ÄãŒØ¸èÖÄãŒØ¸èÖ