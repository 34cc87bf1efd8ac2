package boltsim

import "fmt"

// failure is a request that Neo4j refuses, with the code it has for it. Where final is set, the
// connection ends, as after a broken protocol or a refused login.
type failure struct {
	code, message string
	final         bool
}

func (f *failure) Error() string { return f.code + ": " + f.message }

func unauthorized() *failure {
	return &failure{"Neo.ClientError.Security.Unauthorized", "The client is unauthorized due to authentication failure.", true}
}

func tooManyAttempts() *failure {
	return &failure{"Neo.ClientError.Security.AuthenticationRateLimit", "The client has provided incorrect authentication details too many times in a row.", true}
}

func invalid(format string, args ...any) *failure {
	return &failure{"Neo.ClientError.Request.Invalid", fmt.Sprintf(format, args...), true}
}

func noDatabase(name string) *failure {
	return &failure{code: "Neo.ClientError.Database.DatabaseNotFound", message: "Database does not exist. Database name: '" + name + "'."}
}

func unroutable(name string) *failure {
	return &failure{code: "Neo.ClientError.Database.DatabaseNotFound",
		message: "Unable to get a routing table for database '" + name + "' because this database does not exist"}
}

func unavailable(name string) *failure {
	return &failure{code: "Neo.TransientError.Database.DatabaseUnavailable",
		message: "Unable to get a routing table for database '" + name + "' because this database is unavailable"}
}

func notALeader() *failure {
	return &failure{code: "Neo.ClientError.Cluster.NotALeader",
		message: "No write operations are allowed directly on this database. Writes must pass through the leader. The role of this server is: FOLLOWER"}
}

func readOnly(database string) *failure {
	return &failure{code: "Neo.ClientError.General.ForbiddenOnReadOnlyDatabase",
		message: "No write operations are allowed on this database. The database '" + database + "' is in read-only mode."}
}

func accessMode(database string) *failure {
	return &failure{code: "Neo.ClientError.Statement.AccessMode", message: "Writing in read access mode not allowed. Attempted write to " + database}
}

func argument(message string) *failure {
	return &failure{code: "Neo.ClientError.Statement.ArgumentError", message: message}
}

func missing(parameter string) *failure {
	return &failure{code: "Neo.ClientError.Statement.ParameterMissing", message: "Expected parameter(s): " + parameter}
}

func notSystem(command string) *failure {
	return &failure{code: "Neo.ClientError.Statement.NotSystemDatabaseError",
		message: "This is an administration command and it should be executed against the system database: " + command}
}

func syntax(format string, args ...any) *failure {
	return &failure{code: "Neo.ClientError.Statement.SyntaxError", message: fmt.Sprintf(format, args...)}
}
