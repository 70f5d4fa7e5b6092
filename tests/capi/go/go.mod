module m2v/tests/capi

go 1.19
