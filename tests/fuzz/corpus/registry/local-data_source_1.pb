1"vb§event_timestampZdata/driver_stats.parquetŠ1feast.infra.offline_stores.file_source.FileSource¢data/driver_stats.parquetªlocal’ÃãŒØˆÌıå"ÃãŒØğàşÿŠT
4
localAll on one machine
xy"ann@example.com
ÃãŒØ¨™ÅåÃãŒØ¨™Åå