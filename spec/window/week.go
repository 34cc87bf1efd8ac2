package window

const minutesPerWeek = 7 * 24 * 60

// Week counts the windows that are open, minute by minute from Sunday's midnight, as if no clock
// changed.
type Week [minutesPerWeek]int

// each calls f with every minute of a window; false when f did so once.
func (w *Week) each(x Window, f func(open *int) bool) bool {
	for day, open := range x.days {
		for m := x.start; open && m < x.end; m++ {
			if !f(&w[(day*24*60+m)%minutesPerWeek]) {
				return false
			}
		}
	}
	return true
}

// Add counts a window n times more.
func (w *Week) Add(x Window, n int) {
	w.each(x, func(open *int) bool { *open += n; return true })
}

// Covers says whether other windows are open in every minute of one that was added.
func (w *Week) Covers(x Window) bool {
	return w.each(x, func(open *int) bool { return *open > 1 })
}

// Gap is the shortest stretch outside of all windows, in minutes; 0 when there is none.
func (w *Week) Gap() int {
	least, run, seen := 0, 0, false
	for i := range 2 * minutesPerWeek {
		switch {
		case w[i%minutesPerWeek] == 0:
			run++
		default:
			if seen && run > 0 && (least == 0 || run < least) {
				least = run
			}
			run, seen = 0, true
		}
	}
	return least
}
