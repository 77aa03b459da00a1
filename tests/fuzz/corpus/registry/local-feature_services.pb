1"v:í
Ì
driver_activitylocal‹
driver_hourly_stats 
	conv_rate
unitone"Raterenamed*created:createdB©
tripsdaily_tripsevent_timestamp*createdZdata/driver_stats.parquet¢driver_statsºTripsÂ
origintripsÊbob@example.com’ÃãŒØ¸ÀÒå"ÃãŒØø¡€ZfeatureView*
plus_val
conv_plus_valZfeatureView¹
inferred
created
	conv_rate
acc_rate	
tripsBkevent_timestampZdata/driver_stats.parquet¢data/driver_stats.parquet’ÃãŒØˆÌıå"ÃãŒØğàşÿZfeatureView"
releasev1*	Model one2ann@example.com:ÍÌÌ=

data/log
ÃãŒØ°¨í„ÃãŒØ°¨í„ŠT
4
localAll on one machine
xy"ann@example.com
ÃãŒØ¨™ÅåÃãŒØ¨™Åå