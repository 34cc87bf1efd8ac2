package main

import (
	"context"

	"github.com/aurad/aurad/internal/aura"
)

// finishing is a client whose changes run to their end once they are sent: who stops aurad then
// still learns what Aura said, and the state remembers it. What waits for the budget gives up
// instead (BudgetConfig.Quit), and so do reads.
type finishing struct{ *aura.Client }

func (f finishing) Patch(ctx context.Context, id string, p aura.PatchRequest) (*aura.Instance, error) {
	return f.Client.Patch(context.WithoutCancel(ctx), id, p)
}

func (f finishing) Delete(ctx context.Context, id string) (*aura.Instance, error) {
	return f.Client.Delete(context.WithoutCancel(ctx), id)
}

func (f finishing) Pause(ctx context.Context, id string) (*aura.Instance, error) {
	return f.Client.Pause(context.WithoutCancel(ctx), id)
}

func (f finishing) Resume(ctx context.Context, id string) (*aura.Instance, error) {
	return f.Client.Resume(context.WithoutCancel(ctx), id)
}

func (f finishing) Upgrade(ctx context.Context, id string, u aura.UpgradeRequest) (*aura.Instance, error) {
	return f.Client.Upgrade(context.WithoutCancel(ctx), id, u)
}
