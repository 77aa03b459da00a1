1"väT
4
localAll on one machine
xy"ann@example.com
√„åÿ®ô≈Â√„åÿ®ô≈Â