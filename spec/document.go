package spec

// Document is an empty value of the struct that a fleet file is decoded into, for package
// spec/schema, which describes it by reflection: the tags `yaml`, `jsonschema` and
// `jsonschema_description`, and the method Syntax of values with a syntax of their own.
func Document() any { return document{} }
