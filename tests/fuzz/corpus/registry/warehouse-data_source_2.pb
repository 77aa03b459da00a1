1"vb¬
abts"day*createdb
p.d.tŠ9feast.infra.offline_stores.bigquery_source.BigQuerySource¢p.d.tª	warehouseºdÂ
kvÊoâDATE’ÄãŒØÀšı"ÄãŒØ »¸ƒŠ+

	warehouse
ÄãŒØ¸èÖÄãŒØ¸èÖ