package page_test

import (
	"flag"
	"path/filepath"
	"strings"
	"testing"
)

var screenshots = flag.String("screenshots", "", "folder to write screenshots to")

func TestInABrowser(t *testing.T) {
	b := openBrowser(t)
	w := afternoon(t)
	desk := b.open(w.URL+"/", look{width: 1440, height: 1000, scheme: "light"})
	dark := b.open(w.URL+"/", look{width: 1440, height: 1000, scheme: "dark"})
	phone := b.open(w.URL+"/", look{width: 390, height: 844, scheme: "dark", phone: true})
	plain := b.open(w.URL+"/", look{width: 1440, height: 1000, scheme: "light", noScript: true})
	for name, tb := range map[string]*tab{"light": desk, "dark": dark, "phone": phone, "no-script": plain} {
		if *screenshots != "" {
			tb.screenshot(filepath.Join(*screenshots, "status-"+name+".png"), true)
		}
	}
	if *screenshots == "" {
		t.Log(desk.text("main"))
	}
	for _, tb := range []*tab{desk, dark, phone, plain} {
		if bad := tb.complaints(); len(bad) > 0 {
			t.Errorf("the console says:\n%s", strings.Join(bad, "\n"))
		}
	}
}
