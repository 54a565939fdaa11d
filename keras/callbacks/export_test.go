package callbacks

import "time"

// SetClock gives the logger's bars another clock.
func SetClock(p *ProgbarLogger, now func() time.Time) { p.now = now }
