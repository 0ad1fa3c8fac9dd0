"""The whole story on one machine: ``thenar demo``.

Two real programs with real HTTP between them; only what is outside of Thenar is
simulated: hands, cards, the processor, the loyalty programme, gate and door. Each
line it prints is an assertion on what came back.
"""
