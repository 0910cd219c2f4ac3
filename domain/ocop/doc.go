// Package ocop is the life of a product in the programme "Mỗi xã một sản phẩm"
// (One Commune One Product): rated with one to five stars, rated again, and
// perhaps revoked.
//
// One stream holds one product. The newest rating supersedes the one before,
// downwards too, and also before that ran out. A rating holds for 36 calendar
// months from the day it was issued, unless the decision states another end,
// and then ends by the calendar alone: nobody needs to record it. The first day
// out is the day 36 months later, so a rating issued on 4/2/2020 holds on
// 3/2/2023 and not on 4/2/2023.
package ocop
