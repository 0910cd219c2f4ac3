// Package place is the dated map of administrative units: provinces, districts
// and communes, which are declared, renamed, moved, merged, split and
// abolished (the district level of Việt Nam ended on 1/7/2025).
//
// One stream holds one place, and its key is the place's code; a code is never
// given twice. The map of a day follows from the facts of all places together:
// an Atlas is made of them once and gives the Map of any day.
//
// A seat recorded under an older map is carried forward to the map asked for:
// through mergers to the place that took it over, and from an abolished or
// split place up to its parent. A merger of provinces therefore founds nothing
// and ends nothing; it only moves the borders of a question.
package place
