"""A site to test with."""

INTO_THE_VAULT = """
[doors.vault]
out_of = "offices"
into = "vault"

[doors.vault-out]
out_of = "vault"
into = "offices"
"""
"""The doors of an area that is inside another."""

OFFICE = f"""
timezone = "Europe/Amsterdam"

[holidays]
dates = [2026-12-24]
repeats = ["FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=25,26"]

[schedules.office]
days = ["mon", "tue", "wed", "thu", "fri"]
starts = 07:00:00
ends = 19:00:00

[areas.offices]
anti_passback = "hard"
exempt = "group:guards"
at_most = 5

[areas.canteen]
anti_passback = "timed"
minutes = 10

[areas.store]
anti_passback = "soft"

[areas.vault]
two_person = true
at_most = 4
within_seconds = 20

[doors.lobby]
into = "offices"
offline = "fail closed"

[doors.lobby-out]
out_of = "offices"
into = "outside"
offline = "fail open"

[doors.canteen]
into = "canteen"

[doors.store]
into = "store"

{INTO_THE_VAULT}
[rules.staff]
who = "listed - type:visitor"
doors = ["lobby", "canteen", "store"]
schedule = "office"

[rules.out]
who = "anybody"
doors = ["lobby-out", "vault-out"]

[rules.guards]
who = "group:guards"
doors = ["lobby", "vault"]

[rules.treasury]
who = "group:treasury - group:on-leave"
doors = ["vault"]
schedule = "office"

[rules.visitors]
who = "type:visitor"
doors = ["lobby"]
schedule = "office"
"""
