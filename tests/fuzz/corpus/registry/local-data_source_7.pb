1"vbpŠfeast.data_source.RequestSource’

val_to_add	
label¢valsªlocal’ÃãŒØàõ«æ"ÃãŒØàÇ–€ŠT
4
localAll on one machine
xy"ann@example.com
ÃãŒØ¨™ÅåÃãŒØ¨™Åå