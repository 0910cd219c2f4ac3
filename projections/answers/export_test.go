package answers

// What the tests name and no other package does.
var (
	ErrDigest       = errDigest
	ErrDigestNewer  = errDigestNewer
	ErrDigestOrigin = errDigestOrigin
	ErrOtherRoot    = errOtherRoot
	ErrPlacesDiffer = errPlacesDiffer
	ErrSpanLong     = errSpanLong
	ErrSpanOrder    = errSpanOrder
)
