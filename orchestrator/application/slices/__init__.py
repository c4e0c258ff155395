"""Landed commits as slices: replayed in stacks, checked, published."""
