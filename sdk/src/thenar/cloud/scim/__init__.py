"""The directory of staff: a SCIM 2.0 service provider (RFC 7643, RFC 7644).

A tenant's identity provider creates, changes and removes users and groups with an API
key. A user is somebody enrolled when one of the person's badge links holds the user's
badge number, or is of the provider ``directory`` and holds the user's name. Who is no
longer active there is found no more; whoever is removed is forgotten.
"""
