// Package schema describes fleet.yaml as a JSON Schema, for editors.
//
// It knows JSON Schema and reads the format from package spec by reflection, so that there is
// one definition of it. It is a package of its own because the reflector drags in package net,
// which spec must not have.
package schema

import (
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/invopop/jsonschema"

	"github.com/aurad/aurad/spec/format"
	"github.com/aurad/aurad/spec/value"
)

// ID names the schema; `$schema` comments of editors may point to it.
const ID = "https://github.com/aurad/aurad/fleet.schema.json"

// JSON is the schema of fleet.yaml, draft 2020-12, indented. It catches unknown fields, wrong
// types and malformed values; rules that tie fields together are left to `aurad validate`.
func JSON() ([]byte, error) {
	r := jsonschema.Reflector{
		FieldNameTag:               "yaml",
		RequiredFromJSONSchemaTags: true,
		ExpandedStruct:             true,
		DoNotReference:             true,
		Mapper:                     syntax,
	}
	s := r.Reflect(format.Document{})
	s.ID, s.Title = ID, "aurad fleet"
	s.Description = "A fleet of Neo4j Aura instances, kept by aurad."
	names(s)
	out, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("writing the schema of fleet.yaml: %w", err)
	}
	return append(out, '\n'), nil
}

// syntax maps the values of spec that have a syntax of their own.
func syntax(t reflect.Type) *jsonschema.Schema {
	described, ok := reflect.Zero(t).Interface().(interface{ Syntax() value.Syntax })
	if !ok || t.Kind() == reflect.Pointer {
		return nil
	}
	d := described.Syntax()
	s := &jsonschema.Schema{Type: "string", Pattern: d.Pattern, Examples: []any{d.Example}}
	for _, value := range d.Enum {
		s.Enum = append(s.Enum, value)
	}
	if len(d.Types) > 1 {
		return &jsonschema.Schema{AnyOf: append([]*jsonschema.Schema{s}, numbers(d)...)}
	}
	return s
}

// numbers are the values that YAML takes for numbers, such as the version 5 and the id 12345678.
func numbers(d value.Syntax) []*jsonschema.Schema {
	var all []*jsonschema.Schema
	for _, kind := range d.Types[1:] {
		s := &jsonschema.Schema{Type: kind}
		for _, value := range d.Enum {
			s.Enum = append(s.Enum, json.Number(value))
		}
		all = append(all, s)
	}
	return all
}

// names adds what Go's types can't say: the pattern of names, and that an instance or an account
// may be its name alone.
func names(s *jsonschema.Schema) {
	for _, field := range []string{"accounts", "calendars", "schedules", "instances"} {
		if p, ok := s.Properties.Get(field); ok {
			p.PropertyNames = &jsonschema.Schema{Pattern: "^[a-z0-9][a-z0-9-]{0,29}$"}
		}
	}
	for _, field := range []string{"accounts", "instances"} {
		if p, ok := s.Properties.Get(field); ok {
			p.AdditionalProperties = &jsonschema.Schema{AnyOf: []*jsonschema.Schema{p.AdditionalProperties, {Type: "null"}}}
		}
	}
}
