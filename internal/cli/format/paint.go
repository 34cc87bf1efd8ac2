package format

// Paint colours text, or leaves it alone.
type Paint struct{ On bool }

func (p Paint) code(code, text string) string {
	if !p.On || text == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

// The colours, as ANSI terminals have them.
func (p Paint) Bold(text string) string   { return p.code("1", text) }
func (p Paint) Dim(text string) string    { return p.code("2", text) }
func (p Paint) Red(text string) string    { return p.code("31", text) }
func (p Paint) Green(text string) string  { return p.code("32", text) }
func (p Paint) Yellow(text string) string { return p.code("33", text) }
func (p Paint) Blue(text string) string   { return p.code("36", text) }
