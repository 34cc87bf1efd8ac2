package aurasim

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"strconv"
)

// maxBody is more than any request of the API needs.
const maxBody = 1 << 20

// ServeHTTP implements http.Handler. A cut panics with http.ErrAbortHandler, which is how net/http
// is told to close a connection without a word.
func (s *Sim) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		http.Error(w, `{"error":"can't read the request body"}`, http.StatusBadRequest)
		return
	}
	out := s.answer(r, body)
	if out.fault.Delay > 0 && s.cfg.Sleep(r.Context(), out.fault.Delay) != nil || out.mute() {
		panic(http.ErrAbortHandler)
	}
	if len(out.surplus) > 0 && out.overrun(w) {
		return
	}
	out.send(w)
}

// mute says that the connection is closed without a word.
func (out outcome) mute() bool { return out.fault.Kind == CutBefore || out.fault.Kind == CutAfter }

// send writes the answer, or as much of it as gets through.
func (out outcome) send(w http.ResponseWriter) {
	for key, values := range out.header {
		w.Header()[key] = values
	}
	if out.bodiless() {
		w.WriteHeader(out.status)
		return
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(out.body)))
	w.WriteHeader(out.status)
	sent, cut := out.cut()
	_, err := w.Write(sent)
	if err != nil || !cut {
		return // the client has gone, or has everything
	}
	if f, ok := w.(http.Flusher); ok {
		f.Flush()
	}
	panic(http.ErrAbortHandler)
}

// bodiless are the codes that HTTP gives no body to.
func (out outcome) bodiless() bool {
	return out.status == http.StatusNoContent || out.status == http.StatusNotModified
}

// overrun sends more than it announces. ok is false where the connection can't be had, as in HTTP/2.
func (out outcome) overrun(w http.ResponseWriter) (ok bool) {
	h, ok := w.(http.Hijacker)
	if !ok {
		return false
	}
	conn, _, err := h.Hijack()
	if err != nil {
		return false
	}
	defer conn.Close()
	_, err = conn.Write(append(out.message(), out.surplus...))
	return err == nil
}

// message is the answer as it stands on the wire.
func (out outcome) message() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "HTTP/1.1 %d %s\r\n", out.status, http.StatusText(out.status))
	_ = out.header.Write(&b) // a buffer takes everything
	fmt.Fprintf(&b, "Content-Length: %d\r\n\r\n", len(out.body))
	b.Write(out.body)
	return b.Bytes()
}

// cut is the part of the body that gets through.
func (out outcome) cut() (sent []byte, cut bool) {
	if out.fault.Kind != CutBody || out.fault.Byte >= len(out.body) {
		return out.body, false
	}
	return out.body[:max(out.fault.Byte, 0)], true
}

// Transport calls the simulator without a network, so that it works inside a testing/synctest
// bubble. Cut connections are errors that wrap io.ErrUnexpectedEOF.
func (s *Sim) Transport() http.RoundTripper { return transport{s} }

type transport struct{ s *Sim }

var errCut = errors.New("connection closed by the server")

// RoundTrip implements http.RoundTripper.
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := drain(r)
	if err != nil {
		return nil, err
	}
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	traced(r.Context())
	out := t.s.answer(r, body)
	if out.fault.Delay > 0 {
		if err := t.s.cfg.Sleep(r.Context(), out.fault.Delay); err != nil {
			return nil, err
		}
	}
	if out.mute() {
		return nil, fmt.Errorf("%w: %w", errCut, io.ErrUnexpectedEOF)
	}
	return out.response(r), nil
}

// traced says what net/http's transport would say of a connection: clients count their time from there.
func traced(ctx context.Context) {
	trace := httptrace.ContextClientTrace(ctx)
	if trace == nil {
		return
	}
	if trace.GetConn != nil {
		trace.GetConn("127.0.0.1:1")
	}
	if trace.GotConn != nil {
		trace.GotConn(httptrace.GotConnInfo{})
	}
	if trace.WroteHeaders != nil {
		trace.WroteHeaders()
	}
}

// drain reads and closes the request body, as a RoundTripper must.
func drain(r *http.Request) ([]byte, error) {
	if r.Body == nil {
		return nil, nil
	}
	defer r.Body.Close()
	return io.ReadAll(io.LimitReader(r.Body, maxBody))
}

func (out outcome) response(r *http.Request) *http.Response {
	if out.bodiless() {
		out.body = nil
	}
	sent, cut := out.cut()
	var body io.Reader = bytes.NewReader(sent)
	if cut {
		body = io.MultiReader(body, broken{})
	}
	return &http.Response{
		Status:     strconv.Itoa(out.status) + " " + http.StatusText(out.status),
		StatusCode: out.status,
		Proto:      "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header:        out.header,
		Body:          io.NopCloser(body),
		ContentLength: int64(len(out.body)),
		Request:       r,
	}
}

// broken is the end of a body that was cut.
type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
