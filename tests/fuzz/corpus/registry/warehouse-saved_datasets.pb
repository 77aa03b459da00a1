1"vZ[
I
bigquery	warehouseplain:vector"	driver_id(2	*
p.d.sBallJnRcZd
ÄãŒØœšŠ+

	warehouse
ÄãŒØ¸èÖÄãŒØ¸èÖ