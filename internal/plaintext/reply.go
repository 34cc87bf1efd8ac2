package plaintext

import (
	"encoding/json"
	"net/http"
)

// Reply sends v whole, or says why it can't: a 200 without an answer would pass for one.
func Reply(w http.ResponseWriter, v any) {
	raw, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		http.Error(w, "the answer can't be written as JSON: "+err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write(append(JSON(raw), '\n')) // the reader went away: there is nobody to tell
}
