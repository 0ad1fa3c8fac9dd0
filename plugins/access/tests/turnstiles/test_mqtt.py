"""A turnstile on a real mosquitto, with TLS, passwords and an access list."""

import gc

import pytest


def test_one_pulse_a_person(broker, tripod, host, door, eventually):
    at = host(door(broker.settings()))
    for _ in range(2):
        decision = at.enter("17:4242")
        assert (decision.allow, decision.reason) == (True, "badge known")
        at.door.open(decision)  # a command that is repeated
        eventually(lambda: "still open" not in at.enter("17:1").reason)
    assert len(tripod.pulses) == len(set(tripod.pulses)) == 2


def test_the_gate_says_that_it_is_there_with_its_fire_policy(
    broker, tripod, host, door, eventually
):
    at = host(door(broker.settings(), "fail open"))
    assert at.enter("17:4242").allow
    eventually(lambda: [what for what, _ in tripod.gate] == ["online; fail open"])
    at.door.close()
    eventually(lambda: [what for what, _ in tripod.gate][-1] == "away; fail open")


def test_a_gate_that_dies_leaves_its_last_will(broker, tripod, host, door, eventually):
    at = host(door(broker.settings()))
    assert at.enter("17:4242").allow
    client = at.door._thing._opener._client
    client.loop_stop()
    client._sock_close()
    eventually(lambda: [what for what, _ in tripod.gate][-1:] == ["away; fail closed"])


def test_somebody_may_be_on_the_way_through(broker, tripod, host, door, eventually, fault):
    tripod.outcome = None
    at = host(door(broker.settings(passage_seconds=60.0)))
    assert at.enter("17:4242").allow
    second = at.enter("17:4242")
    assert (second.allow, second.offline, len(tripod.pulses)) == (False, None, 1)
    fault("mqtt", "released, nobody has passed yet", second, opened=False)
    tripod.report(tripod.pulses[0], "passed")
    eventually(lambda: at.enter("17:4242").allow)


def test_tailgating_and_timeouts_are_told(broker, tripod, host, door, eventually, caplog):
    at = host(door(broker.settings()))
    for outcome in ("more than one passed", "nobody passed", "forced"):
        tripod.outcome = outcome
        decision = at.enter("17:4242")
        line = f"{outcome} [request {decision.request_id}]"
        eventually(lambda line=line: line in caplog.messages)


@pytest.mark.parametrize("offline", ["fail closed", "fail open"])
def test_the_fire_alarm_follows_the_site_s_policy(
    broker, tripod, host, door, eventually, offline, fault
):
    at = host(door(broker.settings(), offline))
    assert at.enter("17:4242").allow
    tripod.say("fire")
    eventually(lambda: "fire alarm" in at.enter("17:4242").reason)
    before = len(tripod.pulses)
    eventually(lambda: "fire alarm" in at.enter("17:4242").reason)
    decision = at.recorder.decisions[-1]
    opens = offline == "fail open"
    assert (decision.allow, decision.offline) == (opens, offline)
    assert len(tripod.pulses) == before + opens
    fault("mqtt", f"fire alarm, {offline}", decision, opened=opens)


@pytest.mark.parametrize("state", ["fault", "away"])
def test_a_turnstile_that_is_not_ready(broker, tripod, host, door, eventually, state, fault):
    at = host(door(broker.settings()))
    assert at.enter("17:4242").allow
    if state == "away":
        tripod.vanish()
    else:
        tripod.say(state)
    eventually(lambda: at.enter("17:4242").offline == "fail closed")
    decision = at.enter("17:4242")
    assert not decision.allow
    fault("mqtt", f"turnstile {state} (retained), fail closed", decision, opened=False)


def test_a_turnstile_that_does_not_confirm(broker, tripod, host, door, fault):
    tripod.silent = True
    at = host(door(broker.settings()))
    decision = at.enter("17:4242")
    assert (decision.allow, decision.reason) == (False, "the door did not open")
    fault("mqtt", "no confirmation", decision, opened=False)


@pytest.mark.parametrize("offline", ["fail closed", "fail open"])
def test_the_broker_is_away_and_comes_back(broker, tripod, host, door, eventually, offline, fault):
    at = host(door(broker.settings(), offline))
    assert at.enter("17:4242").allow
    broker.stop()
    eventually(lambda: not at.enter("17:4242").allow)
    decision = at.enter("17:4242")
    assert (decision.allow, decision.offline) == (False, offline)
    assert len(tripod.pulses) == 1
    fault("mqtt", f"broker away, {offline}", decision, opened=False)
    broker.start()
    eventually(lambda: at.enter("17:4242").reason == "badge known")


def test_a_turnstile_that_was_away_does_not_open_late(broker, host, door, eventually, fault):
    heard = []

    def controller():
        """With a session that the broker keeps, and without a last will."""
        client = broker.client("turnstile", session="tripod")
        client.on_message = lambda _client, _data, message: heard.append(message.topic)
        broker.connect(client, clean=False)
        return client

    def leave(client):
        client.disconnect()
        client.loop_stop()

    first = controller()
    first.subscribe("stadium/north/3/#", qos=1)
    first.publish("stadium/north/3/state", "ready", qos=1, retain=True)
    eventually(lambda: "stadium/north/3/state" in heard)
    leave(first)  # the broker still says that it is ready

    decision = host(door(broker.settings())).enter("17:4242")
    assert (decision.allow, decision.reason) == (False, "the door did not open")

    second = controller()
    second.publish("stadium/north/3/marker", qos=1)
    eventually(lambda: "stadium/north/3/marker" in heard)
    leave(second)
    assert "stadium/north/3/gate" in heard  # what was kept for it has come
    assert "stadium/north/3/open" not in heard
    fault("mqtt", "turnstile away without last will", decision, opened=False)


def test_another_user_cannot_open_this_turnstile(broker, tripod, host, door, eventually):
    other = broker.client("other")
    broker.connect(other)
    other.publish("stadium/north/3/open", '{"request": "x"}', qos=1).wait_for_publish(5)
    other.disconnect()
    other.loop_stop()
    at = host(door(broker.settings()))
    assert at.enter("17:4242").allow
    assert "x" not in tripod.pulses


@pytest.mark.filterwarnings(
    # paho leaves the socket of a failed handshake to the garbage collector.
    "ignore:unclosed <ssl:ResourceWarning",
    "ignore::pytest.PytestUnraisableExceptionWarning",
)
def test_a_broker_that_the_site_did_not_sign_for_is_not_believed(
    broker, tripod, host, door, tmp_path, fault
):
    import certifi

    at = host(door(broker.settings(ca=certifi.where())))
    decision = at.enter("17:4242")
    assert (decision.allow, decision.offline) == (False, "fail closed")
    at.door.close()
    del at
    gc.collect()
    fault("mqtt", "broker's certificate unknown, fail closed", decision, opened=False)


def test_a_wrong_password(broker, tripod, host, door, fault):
    at = host(door(broker.settings(password="wrong")))
    decision = at.enter("17:4242")
    assert (decision.allow, decision.offline) == (False, "fail closed")
    fault("mqtt", "password refused, fail closed", decision, opened=False)


def test_two_gates_on_one_turnstile(broker, tripod, host, door, eventually, fault):
    tripod.outcome = None
    inside, outside = host(door(broker.settings())), host(door(broker.settings()))
    first = inside.enter("17:4242")
    assert first.allow
    eventually(lambda: not outside.enter("17:4242").allow)
    second = outside.recorder.decisions[-1]
    assert "still open" in second.reason
    assert tripod.pulses == [first.request_id]
    fault("mqtt", "released for another gate", second, opened=False)
    tripod.report(first.request_id, "passed")
    eventually(lambda: outside.enter("17:4242").allow)


def test_what_happens_without_a_release_is_told(broker, tripod, host, door, eventually, caplog):
    at = host(door(broker.settings()))
    assert at.enter("17:4242").allow
    for outcome in ("forced", "held open"):
        tripod.report("", outcome)
        eventually(lambda outcome=outcome: f"{outcome} [request ]" in caplog.messages)
