// Package request keeps commands that one account may not record alone until
// an account of the other side records them, or refuses.
//
// A request counts for nothing: no figure reads it. It is approved by the
// recording of the command that it holds, by another account, under the key
// request/KEY, where KEY is the key of the request's stream; the fact counts
// from that record on, for the day that the command names. Who may ask, approve
// and refuse is a rule of the door (api/access), not of this package.
package request
