package wire

import "testing"

// TestOddSizes: units as they were seen, and what is no size stays as it is.
func TestOddSizes(t *testing.T) {
	for in, want := range map[Text]string{"8G": "8GB", "8 gb": "8GB", "8GB": "8GB", "2048GB": "2048GB", "G": "G", "": ""} {
		if got := Size(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// TestAnErrorObjectSaysTheField that was refused.
func TestAnErrorObjectSaysTheField(t *testing.T) {
	for body, want := range map[string]Complaint{
		`{"error":{"message":"m","reason":"r","field":"memory"}}`: {Reason: "r", Message: "m", Field: "memory"},
		`{"error":{},"message":"m","reason":"r"}`:                 {Reason: "r", Message: "m"},
		`{"error":"","message":"m","field":"f"}`:                  {Message: "m", Field: "f"},
		"\xff\xfe":                                                {Message: "a body that is not text"},
	} {
		if got := ParseComplaint([]byte(body)); got != want {
			t.Errorf("%s: %+v, want %+v", body, got, want)
		}
	}
}
