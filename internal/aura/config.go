package aura

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

func (cfg Config) withDefaults() Config {
	if cfg.BaseURL == "" {
		cfg.BaseURL = DefaultBaseURL
	}
	cfg.BaseURL = strings.TrimSuffix(strings.TrimRight(cfg.BaseURL, "/"), "/v1")
	if cfg.AuthURL == "" {
		cfg.AuthURL = cfg.BaseURL + "/oauth/token"
	}
	if cfg.HTTP == nil {
		cfg.HTTP = &http.Client{Transport: defaultTransport()}
	}
	if cfg.UserAgent == "" {
		cfg.UserAgent = "aurad"
	}
	if cfg.Timeout <= 0 {
		cfg.Timeout = DefaultTimeout
	}
	if cfg.Clock == nil {
		cfg.Clock = time.Now
	}
	if cfg.Sleep == nil {
		cfg.Sleep = sleep
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	return cfg
}

func defaultTransport() http.RoundTripper {
	if t, ok := http.DefaultTransport.(*http.Transport); ok {
		return t.Clone()
	}
	return http.DefaultTransport
}

// withoutRedirects copies c: a followed redirect could repeat a write or carry the token to
// another host, and the API has none but the one from http to https.
func withoutRedirects(c *http.Client) *http.Client {
	copied := *c
	copied.Jar = nil
	copied.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &copied
}

func requireCredential(cfg Config) error {
	if cfg.ClientID == "" || cfg.ClientSecret.Empty() {
		return errors.New("aura: client id and client secret are both needed; make them in the Aura console under Account settings, API keys")
	}
	return nil
}

func endpoints(cfg Config) (base, auth *url.URL, err error) {
	if base, err = endpoint("base URL", cfg.BaseURL); err != nil {
		return nil, nil, err
	}
	auth, err = endpoint("token URL", cfg.AuthURL)
	return base, auth, err
}

// endpoint parses an absolute http(s) URL. The text itself is left out of errors: people put
// passwords into URLs.
func endpoint(what, text string) (*url.URL, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil, u.Host == "", u.Scheme != "https" && u.Scheme != "http":
		return nil, fmt.Errorf("aura: the %s is not an absolute https URL such as %s", what, DefaultBaseURL)
	case u.User != nil:
		return nil, fmt.Errorf("aura: the %s holds a user name or password; credentials go in client id and client secret", what)
	case u.RawQuery != "" || u.Fragment != "":
		return nil, fmt.Errorf("aura: the %s of host %s has a query or fragment; leave it out", what, u.Host)
	}
	return u, nil
}

func warnPlaintext(log *slog.Logger, urls ...*url.URL) {
	for _, u := range urls {
		if u.Scheme == "http" && !loopback(u.Hostname()) {
			log.Warn("Aura credentials go over plain http: use https", "host", u.Host)
		}
	}
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
