# What aurad needs in Vault with credentials.vault {mount: secret, path: aura}.
#
#   vault policy write aurad aurad.hcl
#   vault token create -policy=aurad -period=24h

# Write a credential where nothing was, read it back, change the name in it.
path "secret/data/aura/+" {
  capabilities = ["create", "read", "patch"]
}

# See whether a path is empty, mark a secret as aurad's, rebuild a lost state file.
# Add "delete" only for `credentials.on_delete: destroy`.
path "secret/metadata/aura/+" {
  capabilities = ["read", "patch"]
}
path "secret/metadata/aura/" {
  capabilities = ["list"]
}

# The default policy has these three; they are here for tokens made without it.
path "auth/token/lookup-self" {
  capabilities = ["read"]
}
path "auth/token/renew-self" {
  capabilities = ["update"]
}
path "sys/capabilities-self" {
  capabilities = ["update"]
}
