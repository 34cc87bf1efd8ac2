package aurasim

import (
	"encoding/json"
	"net/http"
)

// ElsewhereTenantID is the tenant of the instances in a ForeignList that names none.
const ElsewhereTenantID = "77777777-0000-4000-8000-000000000001"

// reshape gives a reply the content that its fault wants.
func (c *call) reshape(f Fault, p reply) reply {
	if p.problem != nil {
		return p
	}
	switch f.Kind {
	case EmptyList:
		return data(http.StatusOK, []object{})
	case ForeignList:
		return data(http.StatusOK, c.elsewhere(f.Tenant))
	case EditedList:
		return data(http.StatusOK, edited(p, f.Edit))
	case OddReply:
		return f.Shape.body(c, p)
	}
	return p
}

// elsewhere is the list of another tenant.
func (c *call) elsewhere(tenantID string) []object {
	list := []object{}
	for _, in := range c.s.instances {
		if !in.Deleted && in.TenantID == tenantID {
			list = append(list, c.s.summary(in.Instance))
		}
	}
	if tenantID == "" {
		for _, id := range []string{"f0f0f0f0", "f1f1f1f1"} {
			list = append(list, c.s.summary(Instance{ID: id, Name: "elsewhere-" + id, TenantID: ElsewhereTenantID, CloudProvider: "gcp", CreatedAt: c.now}))
		}
	}
	return list
}

func edited(p reply, edit func([]any) []any) any {
	var list struct{ Data []any }
	_ = json.Unmarshal(encode(p.value), &list) // our own encoding
	if list.Data = edit(list.Data); list.Data == nil {
		list.Data = []any{}
	}
	return list.Data
}

// WithoutID makes an Edit that takes the id out of the entries of these instances.
func WithoutID(ids ...string) func([]any) []any { return withID(nil, ids) }

// WithID makes an Edit that puts another id, of any JSON type, into the entries of these instances.
func WithID(other any, ids ...string) func([]any) []any { return withID(&other, ids) }

func withID(other *any, ids []string) func([]any) []any {
	return editEntries(ids, func(entry map[string]any) bool {
		if other == nil {
			delete(entry, "id")
		} else {
			entry["id"] = *other
		}
		return true
	})
}

// Without makes an Edit that leaves these instances out.
func Without(ids ...string) func([]any) []any {
	return editEntries(ids, func(map[string]any) bool { return false })
}

// editEntries hands the entries of ids to edit, and drops those for which it says no.
func editEntries(ids []string, edit func(map[string]any) bool) func([]any) []any {
	chosen := map[any]bool{}
	for _, id := range ids {
		chosen[id] = true
	}
	return func(list []any) []any {
		kept := []any{}
		for _, v := range list {
			entry, ok := v.(map[string]any)
			if !ok || !chosen[entry["id"]] || edit(entry) {
				kept = append(kept, v)
			}
		}
		return kept
	}
}
