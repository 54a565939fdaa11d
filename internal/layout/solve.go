package layout

import "math"

// link keeps x[to] − x[from] at gap or more, and pulls the two together with its weight.
type link struct{ from, to, gap, weight int }

// effort bounds the steps of solve by the links that they look at: about a second.
// Diagrams of less than some thousand boxes need less; others come out less tidy.
const effort = 300_000_000

// solve finds x ≥ 0 for n variables that keeps all gaps and makes the sum of
// weight · (x[to] − x[from]) least: the network simplex method of Gansner et al.,
// which ranks the boxes and finds their places within the ranks. Links must not
// lead in a circle.
func solve(n int, links []link) []int {
	s := &simplex{x: make([]int, n+1), links: links}
	for v := range n { // a root below all, so that everything hangs together
		s.links = append(s.links, link{from: n, to: v})
	}
	s.push()
	s.span()
	for range effort / (len(s.links) + 1) {
		if !s.pivot() {
			break
		}
	}
	for v := range n {
		s.x[v] -= s.x[n]
	}
	return s.x[:n]
}

type simplex struct {
	links []link
	x     []int
	tree  []int // links without slack that span all variables

	// Of the tree, from the root on:
	order []int // the variables, parents first
	up    []int // the link that leads to a variable's parent, −1 for the root
}

func (s *simplex) slack(l link) int { return s.x[l.to] - s.x[l.from] - l.gap }

// push gives every variable the least value that its links allow, but those that
// nothing pushes the greatest.
func (s *simplex) push() {
	waiting := make([]int, len(s.x))
	out := make([][]link, len(s.x))
	pushed := make([]int, len(s.x))
	for _, l := range s.links {
		waiting[l.to]++
		pushed[l.to]++
		out[l.from] = append(out[l.from], l)
	}
	ready := []int{len(s.x) - 1}
	for len(ready) > 0 {
		v := ready[0]
		ready = ready[1:]
		for _, l := range out[v] {
			s.x[l.to] = max(s.x[l.to], s.x[v]+l.gap)
			if waiting[l.to]--; waiting[l.to] == 0 {
				ready = append(ready, l.to)
			}
		}
	}
	root := len(s.x) - 1
	for _, l := range out[root] {
		if v := l.to; pushed[v] == 1 && len(out[v]) > 0 { // by the root alone
			s.x[v] = math.MaxInt
			for _, l := range out[v] {
				s.x[v] = min(s.x[v], s.x[l.to]-l.gap)
			}
		}
	}
}

// span makes the first tree. What hangs together by links without slack is moved until
// one more link has none.
func (s *simplex) span() {
	at := make([][]int, len(s.x)) // the links at each variable
	for i, l := range s.links {
		at[l.from], at[l.to] = append(at[l.from], i), append(at[l.to], i)
	}
	root := len(s.x) - 1
	in := make([]bool, len(s.x))
	in[root] = true
	for grown := []int{root}; ; {
		for len(grown) > 0 {
			v := grown[0]
			grown = grown[1:]
			for _, i := range at[v] {
				if u := s.other(i, v); !in[u] && s.slack(s.links[i]) == 0 {
					in[u] = true
					s.tree, grown = append(s.tree, i), append(grown, u)
				}
			}
		}
		best := -1
		for i, l := range s.links {
			if in[l.from] != in[l.to] && (best < 0 || s.slack(l) < s.slack(s.links[best])) {
				best = i
			}
		}
		if best < 0 {
			return
		}
		l := s.links[best]
		shift, next := s.slack(l), l.to
		if in[l.to] {
			shift, next = -shift, l.from
		}
		for v := range s.x {
			if in[v] {
				s.x[v] += shift
			}
		}
		in[next] = true
		s.tree, grown = append(s.tree, best), append(grown, next)
	}
}

// climb walks the tree from the root.
func (s *simplex) climb() {
	at := make([][]int, len(s.x))
	for _, i := range s.tree {
		l := s.links[i]
		at[l.from], at[l.to] = append(at[l.from], i), append(at[l.to], i)
	}
	root := len(s.x) - 1
	s.order, s.up = append(s.order[:0], root), make([]int, len(s.x))
	s.up[root] = -1
	for next := 0; next < len(s.order); next++ {
		v := s.order[next]
		for _, i := range at[v] {
			if i != s.up[v] {
				w := s.other(i, v)
				s.up[w] = i
				s.order = append(s.order, w)
			}
		}
	}
}

// other is the end of a link that is not v.
func (s *simplex) other(i, v int) int { return s.links[i].from + s.links[i].to - v }

// pivot puts a better link into the tree in place of one that is better longer. It
// reports whether there was one.
func (s *simplex) pivot() bool {
	s.climb()
	// The pull on a branch of the tree is the weight of the links out of it, less that of those into it.
	pull := make([]int, len(s.x))
	for _, l := range s.links {
		pull[l.from] += l.weight
		pull[l.to] -= l.weight
	}
	worst, branch := 0, -1
	for k := len(s.order) - 1; k > 0; k-- {
		v := s.order[k]
		pull[s.other(s.up[v], v)] += pull[v]
		cut := pull[v]
		if s.links[s.up[v]].to == v {
			cut = -cut
		}
		if cut < worst {
			worst, branch = cut, v
		}
	}
	if branch < 0 {
		return false
	}
	leave := s.up[branch]
	inside := make([]bool, len(s.x))
	inside[branch] = true
	for _, v := range s.order[1:] {
		if v != branch {
			inside[v] = inside[s.other(s.up[v], v)]
		}
	}
	outward := s.links[leave].from == branch
	enter := -1
	for i, l := range s.links {
		from, to := inside[l.from], inside[l.to]
		if from != to && to == outward && (enter < 0 || s.slack(l) < s.slack(s.links[enter])) {
			enter = i
		}
	}
	if enter < 0 {
		return false
	}
	shift := s.slack(s.links[enter])
	if outward {
		shift = -shift
	}
	for v := range s.x {
		if inside[v] {
			s.x[v] += shift
		}
	}
	for k, i := range s.tree {
		if i == leave {
			s.tree[k] = enter
		}
	}
	return true
}
