1"vb§
abts*createdz
rspublic"devŠ9feast.infra.offline_stores.redshift_source.RedshiftSource¢rsª	warehouseºdÂ
kvÊo’ÄãŒØğ˜¢‚"ÄãŒØ ÌĞ‡Š+

	warehouse
ÄãŒØ¸èÖÄãŒØ¸èÖ