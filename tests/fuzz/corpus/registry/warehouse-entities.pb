
g
G
driverA driver"	driver_idB

teammlJ	warehouseRann@example.com
ÃãŒØ¹İ„ÄãŒØ¨ˆÜ1"vŠ+

	warehouse
ÄãŒØ¸èÖÄãŒØ¸èÖ