package esdbtest

import (
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"sync"
	"time"
)

// A Proxy stands between clients and a server on TCP and makes the way bad. It
// is safe for concurrent use.
type Proxy struct {
	target   string
	listener net.Listener

	mu     sync.Mutex
	links  map[*link]bool
	black  bool
	refuse bool
	storm  *rand.Rand // nil is fair weather
	rough  int        // bytes that a connection lives in a storm, at most
	done   map[Harm]int
	wg     sync.WaitGroup
}

// A Harm is what a storm does to a connection.
type Harm string

// The harms. All but Delay and Trickle end the connection.
const (
	CutBoth   Harm = "cut"
	Reset     Harm = "reset"
	HalfClose Harm = "half-close"
	BlackHole Harm = "black-hole"
	Delay     Harm = "delay"
	Trickle   Harm = "trickle"
)

var harms = []Harm{CutBoth, CutBoth, Reset, Reset, HalfClose, BlackHole, Delay, Delay, Trickle}

// A link is one connection through the proxy.
type link struct {
	client, server *net.TCPConn
}

func (l *link) close() {
	l.client.Close()
	l.server.Close()
}

// NewProxy listens on a free port of 127.0.0.1 for a server at host:port.
func NewProxy(target string) (*Proxy, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &Proxy{target: target, listener: listener, links: map[*link]bool{}, done: map[Harm]int{}}
	p.wg.Go(p.accept)
	return p, nil
}

// URL is a connection string through the proxy, without TLS.
func (p *Proxy) URL() string { return "esdb://" + p.listener.Addr().String() + "?tls=false" }

// Storm harms connections at random from a seed, each after at most so many
// bytes; 0 ends the storm.
func (p *Proxy) Storm(seed uint64, bytes int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.storm, p.rough = nil, bytes
	if bytes > 0 {
		p.storm = rand.New(rand.NewPCG(seed, 4))
	}
}

// Cuts is how many connections storms have ended, and Harms what they did.
func (p *Proxy) Cuts() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.done[CutBoth] + p.done[Reset] + p.done[HalfClose] + p.done[BlackHole]
}

// Harms counts what storms have done.
func (p *Proxy) Harms() map[Harm]int {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := map[Harm]int{}
	for h, n := range p.done {
		all[h] = n
	}
	return all
}

// Black makes the proxy swallow whatever comes, without a word. When it ends,
// the connections that lost something are cut.
func (p *Proxy) Black(on bool) {
	p.mu.Lock()
	p.black = on
	p.mu.Unlock()
	if !on {
		p.Cut()
	}
}

// Refuse makes the proxy close new connections at once, and cuts the old ones.
func (p *Proxy) Refuse(on bool) {
	p.mu.Lock()
	p.refuse = on
	p.mu.Unlock()
	if on {
		p.Cut()
	}
}

// Cut closes every connection.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for l := range p.links {
		l.close()
	}
}

// Close ends the proxy.
func (p *Proxy) Close() {
	p.listener.Close()
	p.Cut()
	p.wg.Wait()
}

func (p *Proxy) accept() {
	for {
		c, err := p.listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			continue
		}
		p.wg.Go(func() { p.carry(c.(*net.TCPConn)) })
	}
}

func (p *Proxy) carry(client *net.TCPConn) {
	p.mu.Lock()
	refuse := p.refuse
	p.mu.Unlock()
	if refuse {
		client.Close()
		return
	}
	c, err := net.DialTimeout("tcp", p.target, time.Second)
	if err != nil {
		client.Close()
		return
	}
	l := &link{client, c.(*net.TCPConn)}
	p.mu.Lock()
	p.links[l] = true
	p.mu.Unlock()
	var both sync.WaitGroup
	budget := &budget{}
	both.Go(func() { p.pump(l, l.client, l.server, budget) })
	both.Go(func() { p.pump(l, l.server, l.client, budget) })
	both.Wait()
	l.close()
	p.mu.Lock()
	delete(p.links, l)
	p.mu.Unlock()
}

// A budget is what is left of a connection's life in a storm.
type budget struct {
	mu    sync.Mutex
	drawn bool
	left  int
	harm  Harm
}

// spend takes bytes from the budget; once it is used up it gives the harm.
func (b *budget) spend(p *Proxy, n int) (Harm, time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.storm == nil {
		b.drawn = false
		return "", 0
	}
	if !b.drawn {
		b.drawn, b.left, b.harm = true, p.storm.IntN(p.rough), harms[p.storm.IntN(len(harms))]
	}
	if b.left -= n; b.left > 0 {
		return "", 0
	}
	b.drawn = false
	p.done[b.harm]++
	return b.harm, time.Duration(p.storm.IntN(30)+1) * time.Millisecond
}

// pump carries bytes one way until an end is gone.
func (p *Proxy) pump(l *link, from, to *net.TCPConn, b *budget) {
	buf := make([]byte, 4096)
	for {
		n, err := from.Read(buf)
		if n > 0 && !p.pass(l, to, buf[:n], b) {
			l.close()
			return
		}
		if errors.Is(err, io.EOF) {
			to.CloseWrite()
			return
		}
		if err != nil {
			l.close()
			return
		}
	}
}

// pass carries one piece on, and tells whether the connection lives.
func (p *Proxy) pass(l *link, to *net.TCPConn, piece []byte, b *budget) bool {
	p.mu.Lock()
	black := p.black
	p.mu.Unlock()
	if black {
		return true // swallowed
	}
	harm, d := b.spend(p, len(piece))
	switch harm {
	case CutBoth: // with a part of the piece, so that a frame is cut too
		to.Write(piece[:len(piece)/2])
		return false
	case Reset:
		l.client.SetLinger(0)
		l.server.SetLinger(0)
		return false
	case HalfClose:
		to.CloseWrite()
		time.Sleep(d)
		return false
	case BlackHole:
		time.Sleep(20 * d)
		return false
	case Delay:
		time.Sleep(d)
	case Trickle:
		for len(piece) > 1 && d > 0 {
			to.Write(piece[:1])
			time.Sleep(time.Millisecond)
			piece, d = piece[1:], d-time.Millisecond
		}
	}
	_, err := to.Write(piece)
	return err == nil
}
