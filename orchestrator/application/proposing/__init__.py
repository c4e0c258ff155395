"""What Leafcut proposes to somebody new: for a target repository, and for a playbook."""
