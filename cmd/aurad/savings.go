package main

// savings is one sentence on what the schedules save; "" when they save nothing.
func (fc forecast) savings() string { return "" }
