"""What the portal and the admin pages share: rendering, words, forms, codes, sessions, OIDC."""
