
c
C
driverA driver"	driver_idB

teammlJlocalRann@example.com
√„åÿêπ›Ñ√„åÿêπ›Ñ1"väT
4
localAll on one machine
xy"ann@example.com
√„åÿ®ô≈Â√„åÿ®ô≈Â