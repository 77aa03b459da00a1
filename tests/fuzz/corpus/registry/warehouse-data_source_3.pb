1"vb‡
abts*createdj#
	host:9092t

id integer"¬Šfeast.data_source.KafkaSource¢kafkaª	warehouseºdÂ
kvÊoÒd
abts"day*createdb
p.d.t¢p.d.tºdÂ
kvÊoâDATE’ÄãŒØÀšı"ÄãŒØ »¸ƒ’ÄãŒØÈªØ‚"ÄãŒØ •ŒˆŠ+

	warehouse
ÄãŒØ¸èÖÄãŒØ¸èÖ