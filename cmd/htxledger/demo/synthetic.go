package demo

// Generate is the synthetic rest of the province, in the order in which it is
// recorded: about 200 agricultural co-operatives with their lives, counts,
// accounts, classes, contracts, certificates, products, help, classes and
// papers from before December 2022 to April 2024, with late facts and
// corrections. One seed gives the same commands every time.
func Generate(seed uint64) []Timed {
	p := &province{writer: newWriter(seed), numbers: map[string]int{}}
	p.open()
	p.liveOn()
	p.foundIn2023()
	p.weigh()
	p.count()
	p.classify()
	p.report()
	p.contract()
	p.giveHelp()
	p.promote()
	p.teach()
	p.rateProducts()
	p.deliver()
	return p.sortByInstant()
}
