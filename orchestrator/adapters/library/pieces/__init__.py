"""Scripts that new playbooks are put together from; a playbook gets copies and needs no Leafcut."""
