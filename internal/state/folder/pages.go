package folder

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
)

// bbolt follows page numbers, offsets and counts as they stand in the file: a flipped bit makes it
// read outside the file, which no recover catches in its own goroutines, or go round in a circle.
// So the pages are walked here first, where every number is checked before it is followed.

// The layout of a page: a header of id, flags, count and overflow, then elements of 16 bytes, each
// with the place of its key and value from the element's own beginning.
const (
	elementSize  = 16
	branchPage   = 0x01
	leafPage     = 0x02
	freelistPage = 0x10
	bucketLeaf   = 0x01 // the flag of an element whose value is a bucket
	noFreelist   = ^uint64(0)
	maxElements  = 0xFFFF // a freelist with this count has the real one in front of its ids
)

// pageWalk reads a state file as bbolt would.
type pageWalk struct {
	data []byte
	size uint64          // of a page
	all  uint64          // pages below this number belong to the file
	used map[uint64]bool // pages that were met
}

// walkPages checks every page of a state file; an empty file is fine.
func walkPages(path string) error {
	data, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) || err == nil && len(data) == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	meta := newestMeta(data)
	if meta == nil {
		return errors.New("neither of its two heads can be read")
	}
	w := pageWalk{data: data, size: uint64(binary.NativeEndian.Uint32(meta[8:])), all: binary.NativeEndian.Uint64(meta[40:]), used: map[uint64]bool{}}
	if w.size < 512 || w.size > 1<<16 || w.size&(w.size-1) != 0 || w.all < 4 || w.all > 1<<40 {
		return errors.New("its head makes no sense")
	}
	if need := w.all * w.size; uint64(len(data)) < need {
		return fmt.Errorf("it has %d bytes of %d", len(data), need)
	}
	if err := w.tree(binary.NativeEndian.Uint64(meta[16:]), nil, nil); err != nil {
		return err
	}
	if free := binary.NativeEndian.Uint64(meta[32:]); free != noFreelist {
		if err := w.freelist(free); err != nil {
			return err
		}
		return w.complete()
	}
	return nil
}

// newestMeta is the head that bbolt goes by; nil when neither is whole.
func newestMeta(data []byte) (newest []byte) {
	size := os.Getpagesize()
	for _, at := range []int{pageHeader, size + pageHeader} {
		if at+metaSize > len(data) || !metaValid(data[at:at+metaSize]) {
			continue
		}
		m := data[at : at+metaSize]
		if newest == nil || binary.NativeEndian.Uint64(m[48:]) > binary.NativeEndian.Uint64(newest[48:]) {
			newest = m
		}
	}
	return newest
}

// page is a page with its overflow, met for the first time.
func (w pageWalk) page(id uint64) (p []byte, flags uint16, count int, err error) {
	if id < 2 || id >= w.all {
		return nil, 0, 0, fmt.Errorf("page %d is not in the file", id)
	}
	head := w.data[id*w.size:]
	overflow := uint64(binary.NativeEndian.Uint32(head[12:]))
	if overflow >= w.all-id || binary.NativeEndian.Uint64(head) != id {
		return nil, 0, 0, fmt.Errorf("page %d is not what its head says", id)
	}
	for n := id; n <= id+overflow; n++ {
		if w.used[n] {
			return nil, 0, 0, fmt.Errorf("page %d is used twice", n)
		}
		w.used[n] = true
	}
	return head[:(overflow+1)*w.size], binary.NativeEndian.Uint16(head[8:]), int(binary.NativeEndian.Uint16(head[10:])), nil
}

// tree walks the pages below id, whose keys are not below from and, unless it is nil, below to.
func (w pageWalk) tree(id uint64, from, to []byte) error {
	p, flags, count, err := w.page(id)
	if err == nil {
		err = w.elements(p, flags, count, from, to)
	}
	if err != nil {
		return fmt.Errorf("page %d: %w", id, err)
	}
	return nil
}

// elements walks what a branch or a leaf holds. An inline bucket has one, too.
func (w pageWalk) elements(p []byte, flags uint16, count int, from, to []byte) error {
	if flags != branchPage && flags != leafPage || flags == branchPage && count == 0 {
		return fmt.Errorf("it is neither branch nor leaf (%#x)", flags)
	}
	keys, values, err := cut(p, flags, count)
	if err != nil {
		return err
	}
	for i, key := range keys {
		next := to
		if i+1 < len(keys) {
			next = keys[i+1]
		}
		if bytes.Compare(key, from) < 0 || next != nil && bytes.Compare(key, next) >= 0 {
			return errors.New("its keys are out of order")
		}
		if err := w.element(p, flags, i, key, next, values[i]); err != nil {
			return err
		}
	}
	return nil
}

// element walks what hangs on element i.
func (w pageWalk) element(p []byte, flags uint16, i int, key, next, value []byte) error {
	e := p[pageHeader+i*elementSize:]
	if flags == branchPage {
		return w.tree(binary.NativeEndian.Uint64(e[8:]), key, next)
	}
	switch kind := binary.NativeEndian.Uint32(e); {
	case kind == 0:
		return nil
	case kind != bucketLeaf || len(value) < elementSize:
		return fmt.Errorf("the value of %q is neither data nor a bucket", key)
	case binary.NativeEndian.Uint64(value) != 0:
		return w.tree(binary.NativeEndian.Uint64(value), nil, nil)
	}
	inline := value[elementSize:]
	if len(inline) < pageHeader || binary.NativeEndian.Uint16(inline[8:]) != leafPage {
		return fmt.Errorf("the bucket %q is cut", key)
	}
	return w.elements(inline, leafPage, int(binary.NativeEndian.Uint16(inline[10:])), nil, nil)
}

// cut finds the keys and values of a page, none of which may lie outside it.
func cut(p []byte, flags uint16, count int) (keys, values [][]byte, err error) {
	if pageHeader+count*elementSize > len(p) {
		return nil, nil, fmt.Errorf("it has no room for %d elements", count)
	}
	for i := range count {
		at := pageHeader + i*elementSize
		e := p[at:]
		pos, klen, vlen := binary.NativeEndian.Uint32(e[4:]), binary.NativeEndian.Uint32(e[8:]), binary.NativeEndian.Uint32(e[12:])
		if flags == branchPage {
			pos, klen, vlen = binary.NativeEndian.Uint32(e), binary.NativeEndian.Uint32(e[4:]), 0
		}
		begin := uint64(at) + uint64(pos)
		middle := begin + uint64(klen)
		end := middle + uint64(vlen)
		if begin < uint64(pageHeader+count*elementSize) || end > uint64(len(p)) {
			return nil, nil, fmt.Errorf("element %d lies outside it", i)
		}
		keys, values = append(keys, p[begin:middle]), append(values, p[middle:end])
	}
	return keys, values, nil
}

// freelist checks the list of pages that nothing uses.
func (w pageWalk) freelist(id uint64) error {
	p, flags, count, err := w.page(id)
	if err != nil {
		return fmt.Errorf("the list of free pages: %w", err)
	}
	ids := p[pageHeader:]
	n := uint64(count)
	if count == maxElements && len(ids) >= 8 {
		n, ids = binary.NativeEndian.Uint64(ids), ids[8:]
	}
	if flags != freelistPage || n > uint64(len(ids))/8 {
		return errors.New("the list of free pages is none")
	}
	last := uint64(1)
	for i := range n {
		free := binary.NativeEndian.Uint64(ids[8*i:])
		if free <= last || free >= w.all || w.used[free] {
			return fmt.Errorf("page %d can't be free", free)
		}
		last, w.used[free] = free, true
	}
	return nil
}

// complete demands that every page is used or free.
func (w pageWalk) complete() error {
	for id := uint64(2); id < w.all; id++ {
		if !w.used[id] {
			return fmt.Errorf("page %d is neither used nor free", id)
		}
	}
	return nil
}
