"""Programs that speak with a machine-vision camera and hand its frames on.

Each runs in a process of its own (:mod:`thenar_camera.process`), with whichever Python has
the maker's library: they import nothing but that library and each other.
"""
