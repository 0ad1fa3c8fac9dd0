"""The portal: what customers see and undo of what is kept of them."""
