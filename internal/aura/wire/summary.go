package wire

// Summary is what every reply says of an instance.
type Summary struct {
	ID            Text    `json:"id"`
	Name          Text    `json:"name"`
	TenantID      Text    `json:"tenant_id"`
	CloudProvider Text    `json:"cloud_provider"`
	CreatedAt     Instant `json:"created_at"`
}
