package book

import (
	"errors"
	"time"

	"github.com/aurad/aurad/internal/aura"
	"github.com/aurad/aurad/internal/aura/exchange"
	"github.com/aurad/aurad/internal/aura/failure"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/reconcile/observed"
	"github.com/aurad/aurad/secrets"
)

// FailureOf sorts an error of the API by what can be done about it: after is how long the server asked to
// wait, uncertain that the request may have been carried out.
func FailureOf(err error) (kind reconcile.FailureKind, after time.Duration, uncertain bool) {
	var e *failure.Error
	if !errors.As(err, &e) {
		return reconcile.FailureLater, 0, false
	}
	switch e.Kind {
	case failure.Conflict:
		kind = reconcile.FailureState
	case failure.Person, failure.Never:
		kind = reconcile.FailurePerson
	default:
		kind = reconcile.FailureLater
	}
	return kind, min(e.RetryAfter, exchange.MaxWait), e.Uncertain
}

// KindOf is what a caller can do about an error of the API; 0 for none and for other errors.
func KindOf(err error) failure.Kind {
	var e *failure.Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return 0
}

// StoreFailure is what can be done about an error of the credential store.
func StoreFailure(err error) reconcile.FailureKind {
	if errors.Is(err, secrets.ErrTaken) || errors.Is(err, secrets.ErrRefused) {
		return reconcile.FailureStore
	}
	return reconcile.FailureLater
}

// LiveOf translates a reply into the words of package reconcile.
func LiveOf(in aura.Instance, at time.Time) observed.Live {
	return observed.Live{
		ID: in.ID, Name: in.Name, TenantID: in.TenantID, CloudProvider: in.CloudProvider, CreatedAt: in.CreatedAt,
		Region: in.Region, Type: in.Type, Status: string(in.Status), Memory: in.Memory, Storage: in.Storage,
		ConnectionURL: in.ConnectionURL, CustomerManagedKeyID: in.CustomerManagedKeyID,
		CDCEnrichmentMode: in.CDCEnrichmentMode, SecondariesCount: in.SecondariesCount,
		VectorOptimized: in.VectorOptimized, GraphAnalyticsPlugin: in.GraphAnalyticsPlugin, SeenAt: at,
	}
}
