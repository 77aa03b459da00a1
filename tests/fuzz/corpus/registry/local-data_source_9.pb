1"vb¼	
tripsdaily_tripsevent_timestamp*createdŠfeast.data_source.PushSource¢driver_pushªlocalºPushesÒ©
tripsdaily_tripsevent_timestamp*createdZdata/driver_stats.parquet¢driver_statsºTripsÂ
origintripsÊbob@example.com’ÃãŒØ¸ÀÒå"ÃãŒØ¸ÀÒå’ÃãŒØğˆ–æ"ÃãŒØØÁ‹€ŠT
4
localAll on one machine
xy"ann@example.com
ÃãŒØ¨™ÅåÃãŒØ¨™Åå